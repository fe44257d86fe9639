"""What follows a head: settlement first, each step an entry of its own; and the laws that entries are held to."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.ledger.canonical import entry_hash
from domain.ledger.entry import Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.laws import broken_laws
from domain.ledger.lots import Lot
from domain.ledger.posting import Decide, follow, settlements
from domain.ledger.settle import next_due, settle
from domain.ledger.state import Changes, apply
from domain.refusals import InsufficientPoints
from tests.support.ledger import LATER, NOW, earning, redeeming


def _posted(head: Head, decide: Decide, now: datetime = NOW, at: datetime | None = None) -> list[Entry]:
    chain = follow(head, decide, at=at, now=now)
    assert isinstance(chain, list)
    return chain


class TestFollow:
    def test_what_is_past_its_date_is_expired_by_entries_of_their_own_dated_when_it_happened(self) -> None:
        first = _posted(Head("m1"), earning(100, expires_at=NOW + timedelta(days=1)))[-1]
        second = _posted(Head.of(first), earning(50, key="client:2", expires_at=NOW + timedelta(days=2)))[-1]
        chain = _posted(Head.of(second), earning(10, key="client:3"), now=NOW + timedelta(days=5))
        assert [(entry.kind, entry.points, entry.key) for entry in chain] == [
            (EntryKind.EXPIRE, -100, "expire:3"),
            (EntryKind.EXPIRE, -50, "expire:4"),
            (EntryKind.EARN, 10, "client:3"),
        ]
        assert [entry.effective_at for entry in chain] == [NOW + timedelta(days=days) for days in (1, 2, 5)]
        assert chain[-1].after.account("POINTS").expired == 150

    def test_a_refusal_expires_nothing(self) -> None:
        first = _posted(Head("m1"), earning(100, expires_at=NOW + timedelta(days=1)))[-1]
        chain = follow(Head.of(first), redeeming(10, key="client:2"), at=None, now=NOW + timedelta(days=5))
        assert isinstance(chain, InsufficientPoints)

    def test_points_cannot_be_spent_from_the_instant_of_their_date_on(self) -> None:
        first = _posted(Head("m1"), earning(100, expires_at=LATER))[-1]
        just_before = follow(
            Head.of(first), redeeming(100, key="client:2"), at=None, now=LATER - timedelta(milliseconds=1)
        )
        assert isinstance(just_before, list)
        assert isinstance(
            follow(Head.of(first), redeeming(1, key="client:2"), at=None, now=LATER), InsufficientPoints
        )

    def test_an_entry_never_counts_before_the_one_before_it(self) -> None:
        first = _posted(Head("m1"), earning(100))[-1]
        late = _posted(Head.of(first), earning(1, key="client:2"), at=NOW - timedelta(days=30))[-1]
        assert late.effective_at == NOW

    def test_a_clock_that_steps_back_leaves_recorded_times_in_order(self) -> None:
        first = _posted(Head("m1"), earning(100))[-1]
        second = _posted(Head.of(first), earning(1, key="client:2"), now=NOW - timedelta(seconds=9))[-1]
        assert second.recorded_at == NOW


def resealed(head: Head, entry: Entry, **forged: Any) -> Entry:
    """A forgery whose state and hash fit it, so that only the law itself can tell."""
    entry = replace(entry, **forged)
    after = apply(head.after, entry.currency, entry.changes, entry.seq)
    entry = replace(entry, after=after, points=entry.changes.points)
    return replace(entry, hash=entry_hash(entry))


class TestBrokenLaws:
    def test_every_kind_of_tampering_is_named(self) -> None:
        first = _posted(Head("m1"), earning(100))[-1]
        entry = _posted(Head.of(first), redeeming(30, key="client:2"))[-1]
        head = Head.of(first)
        assert list(broken_laws(head, entry)) == []
        forged = {
            "seq": replace(entry, seq=3),
            "points": replace(entry, points=-29),
            "previous": replace(entry, previous=b"x" * 32),
            "after": replace(entry, after=first.after),
            "reason": replace(entry, reason="GOODWILL"),
            "effective_at": replace(entry, effective_at=NOW - timedelta(days=1)),
        }
        for field, forgery in forged.items():
            assert list(broken_laws(head, forgery)), field

    def test_a_debit_that_takes_a_later_expiry_first_is_named(self) -> None:
        first = _posted(Head("m1"), earning(100, expires_at=LATER))[-1]
        second = _posted(Head.of(first), earning(50, key="client:2", expires_at=LATER + timedelta(days=9)))[-1]
        head = Head.of(second)
        entry = _posted(head, redeeming(30, key="client:3"))[-1]
        forgery = resealed(head, entry, changes=Changes((Lot(LATER + timedelta(days=9), -30),), redeemed=30))
        assert list(broken_laws(head, forgery)) == ["it did not take the soonest expiry first"]

    def test_spending_what_was_past_its_date_is_named(self) -> None:
        first = _posted(Head("m1"), earning(100, expires_at=NOW + timedelta(days=1)))[-1]
        head = Head.of(first)
        entry = _posted(head, redeeming(30, key="client:2"))[-1]
        late = NOW + timedelta(days=1)
        forgery = resealed(head, entry, effective_at=late, recorded_at=late)
        assert list(broken_laws(head, forgery)) == ["points of before were due to expire first"]

    def test_a_step_of_time_before_its_time_is_named(self) -> None:
        first = _posted(Head("m1"), earning(100, expires_at=NOW + timedelta(days=1)))[-1]
        head = Head.of(first)
        (entry,) = settlements(head, LATER, LATER)
        assert list(broken_laws(head, entry)) == []
        forgery = resealed(head, entry, effective_at=NOW)
        assert list(broken_laws(head, forgery)) == ["it writes a step of time that was not the next one due"]

    def test_points_that_are_held_nowhere_are_named(self) -> None:
        first = _posted(Head("m1"), earning(100))[-1]
        head = Head.of(first)
        entry = _posted(head, redeeming(30, key="client:2"))[-1]
        forgery = resealed(head, entry, changes=Changes((Lot(LATER, -30),), redeemed=20))
        assert list(broken_laws(head, forgery)) == ["POINTS: 100 points came in, 70 are there and 20 went out"]

    def test_debt_beside_points_cannot_be_folded(self) -> None:
        first = _posted(Head("m1"), earning(100))[-1]
        head = Head.of(first)
        entry = replace(_posted(head, redeeming(30, key="client:2"))[-1], changes=Changes(debt=30, reversed=30))
        forgery = replace(entry, points=-30)
        fault = "debt would fall below zero or stand beside points that pay it"
        assert f"its changes cannot be applied: {fault}" in list(broken_laws(head, forgery))

    def test_next_due_of_a_settled_state_is_nothing(self) -> None:
        first = _posted(Head("m1"), earning(100))[-1]
        assert next_due(settle(first.after, LATER), LATER) is None
