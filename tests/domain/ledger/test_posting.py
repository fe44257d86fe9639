"""The ledger's laws, over random histories, against a model of ten lines."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.ledger.canonical import (
    changes_from_plain,
    changes_to_plain,
    state_from_plain,
    state_to_plain,
)
from domain.ledger.entry import Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.laws import broken_laws
from domain.ledger.posting import Decide, follow
from domain.ledger.settle import next_due, settle
from domain.refusals import InsufficientPoints, Refused
from tests.support.ledger import LATER, NOW, adjusting, earning, redeeming

POINTS = st.integers(1, 500)
DAYS = st.integers(0, 40)


@dataclass
class Credit:
    """The model's own idea of points: when they go, and how many are left."""

    expires_at: datetime
    left: int


class Histories(RuleBasedStateMachine):
    """Commands at growing times; the model is a list of credits, spent soonest expiry first."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.head = Head("m1")
        self.entries: list[Entry] = []
        self.model: list[Credit] = []

    def balance(self) -> int:
        return sum(credit.left for credit in self.model if credit.expires_at > self.now)

    def spend(self, points: int) -> None:
        for credit in sorted(self.model, key=lambda credit: credit.expires_at):
            part = min(credit.left, points) if credit.expires_at > self.now else 0
            credit.left, points = credit.left - part, points - part

    def post(self, decide: Decide) -> list[Entry] | Refused | None:
        chain = follow(self.head, decide, at=None, now=self.now)
        for entry in chain if isinstance(chain, list) else []:
            assert list(broken_laws(self.head, entry)) == []
            self.head = Head.of(entry)
            self.entries.append(entry)
        return chain

    @rule(points=POINTS, days=st.integers(1, 90))
    def earn(self, points: int, days: int) -> None:
        expires_at = (self.now + timedelta(days=days)).replace(hour=0)
        self.model.append(Credit(expires_at, points))
        chain = self.post(earning(points, key=f"client:{len(self.entries)}", expires_at=expires_at))
        assert isinstance(chain, list)
        assert chain[-1].points == points

    @rule(points=POINTS)
    def redeem(self, points: int) -> None:
        before, available = self.head, self.balance()
        chain = self.post(redeeming(points, key=f"client:{len(self.entries)}"))
        if points <= available:
            assert isinstance(chain, list)
            self.spend(points)
        else:
            assert isinstance(chain, InsufficientPoints)
            assert (chain.required, chain.available) == (points, available)
            assert self.head == before

    @rule(points=POINTS)
    def take_back(self, points: int) -> None:
        available = self.balance()
        chain = self.post(adjusting(-points, key=f"client:{len(self.entries)}"))
        assert isinstance(chain, list) == (points <= available)
        if points <= available:
            self.spend(points)

    @rule(days=DAYS)
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def available_is_the_models(self) -> None:
        settled = settle(self.head.after, self.now).account("POINTS")
        assert settled.available == self.balance()
        assert [list(lot) for lot in settled.lots] == _merged(self.model, self.now)

    @invariant()
    def every_balance_is_the_one_before_plus_the_points(self) -> None:
        balance = 0
        for sequence, entry in enumerate(self.entries, start=1):
            balance += entry.points
            assert (entry.seq, entry.after.account("POINTS").available) == (sequence, balance)

    @invariant()
    def plain_forms_lose_nothing(self) -> None:
        assert state_from_plain(state_to_plain(self.head.after)) == self.head.after
        for entry in self.entries[-2:]:
            assert changes_from_plain(changes_to_plain(entry.changes)) == entry.changes


def _merged(model: list[Credit], now: datetime) -> list[list[object]]:
    merged: dict[datetime, int] = {}
    for credit in model:
        if credit.expires_at > now:
            merged[credit.expires_at] = merged.get(credit.expires_at, 0) + credit.left
    return [[expires_at, points] for expires_at, points in sorted(merged.items()) if points]


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


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

    def test_next_due_of_a_settled_state_is_nothing(self) -> None:
        first = _posted(Head("m1"), earning(100))[-1]
        assert next_due(settle(first.after, LATER), LATER) is None
