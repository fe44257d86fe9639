"""Totals add up, conserve points, and are the same whether settled one by one or all together."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Hold, Lot, Pending
from domain.ledger.settle import settle
from domain.ledger.state import EMPTY_STATE, Account, State
from domain.ledger.totals import (
    NO_TOTALS,
    Totals,
    added,
    as_of,
    correction,
    is_open,
    moved,
    raised_by,
    totals_by_currency,
    totals_of,
)
from tests.support.ledger import LATER, NOW
from tests.support.lives import CURRENCIES, Life, lives

DAY = timedelta(days=1)
several = st.lists(lives(), min_size=1, max_size=4)


def total(members: list[Life]) -> dict[str, Totals]:
    return added(*(totals_by_currency(life.state, life.raised) for life in members))


def settled(life: Life) -> dict[str, Totals]:
    return totals_by_currency(settle(life.state, life.now), life.raised)


def shown(totals: dict[str, Totals]) -> dict[str, Totals]:
    """Without currencies in which nothing ever happened."""
    return {code: one for code, one in totals.items() if one != NO_TOTALS}


class TestTotalsOf:
    def test_every_part_of_an_account_is_in_one_of_them(self) -> None:
        account = Account(
            lots=(Lot(NOW, 7), Lot(None, 5)),
            earned=100,
            adjusted=-3,
            redeemed=20,
            expired=11,
            pending=(Pending(NOW, LATER, 30),),
            holds=(Hold(4, NOW, (Lot(NOW, 2), Lot(LATER, 3))), Hold(5, NOW, (Lot(None, 1),))),
            reinstated=1,
            received=6,
            sent=8,
            reversed=17,
        )
        found = totals_of(account, raised=2)
        assert found == Totals(
            earned=100, reinstated=1, adjusted_up=2, adjusted_down=5, received=6, sent=8, redeemed=20, expired=11,
            reversed=17, waiting=30, lots={NOW: 7, None: 5}, held_lots={NOW: 2, LATER: 3, None: 1},
        )  # fmt: skip
        assert (found.issued, found.available, found.held, found.outstanding) == (103, 12, 6, 18)
        assert found.conserved

    def test_points_without_a_date_stand_at_the_date_of_idleness(self) -> None:
        account = Account(lots=(Lot(NOW, 7), Lot(None, 5)), earned=12, idle_at=NOW)
        assert totals_of(account).lots == {NOW: 12}

    def test_debt_is_taken_off_what_is_available_and_not_off_what_is_outstanding(self) -> None:
        one = totals_of(Account(lots=(Lot(None, 10),), earned=10))
        other = totals_of(Account(debt=4, earned=3, redeemed=3, reversed=4))
        assert ((one + other).available, (one + other).outstanding) == (6, 10)


class TestRaisedBy:
    @pytest.mark.parametrize(
        ("kind", "adjusted", "expected"),
        [
            (EntryKind.ADJUST, 5, 5),
            (EntryKind.ADJUST, -5, 0),
            (EntryKind.REVERSE, -5, -5),  # of a credit by staff
            (EntryKind.REVERSE, 5, 0),  # of a debit by staff
            (EntryKind.EARN, 0, 0),
        ],
    )
    def test_a_reversal_undoes_its_own_side(self, kind: EntryKind, adjusted: int, expected: int) -> None:
        assert raised_by(kind, adjusted) == expected


class TestLaws:
    @given(several)
    def test_points_are_conserved(self, members: list[Life]) -> None:
        assert all(totals.conserved for totals in total(members).values())

    @given(several)
    def test_the_sum_of_all_differences_is_the_total_of_all_members(self, members: list[Life]) -> None:
        differences = []
        for life in members:
            raised: dict[str, int] = {}
            for step in life.steps:
                before = totals_by_currency(step.before, raised)
                points = raised_by(step.kind, step.changes.adjusted)
                raised = raised | {step.currency: raised.get(step.currency, 0) + points}
                differences.append(moved(before, totals_by_currency(step.after, raised)))
        assert shown(added(*differences)) == shown(total(members))

    @given(lives(), lives())
    def test_a_difference_leads_from_one_to_the_other(self, one: Life, other: Life) -> None:
        before, after = total([one]), total([other])
        assert shown(added(before, moved(before, after))) == shown(after)
        assert moved(after, after) == {}

    @given(several, st.integers(0, 100))
    def test_settled_together_is_settled_one_by_one(self, members: list[Life], days: int) -> None:
        now = max(life.now for life in members) + days * DAY
        for life in members:
            life.now = now
        together = {code: as_of(totals, now) for code, totals in total(members).items()}
        corrections = [correction(life.state, now) for life in members if is_open(life.state)]

        found = added(together, *corrections)

        assert shown(found) == shown(added(*map(settled, members)))
        assert all(totals.conserved for totals in found.values())

    @given(lives(), st.integers(0, 100))
    def test_where_nothing_waits_or_is_held_there_is_nothing_to_correct(self, life: Life, days: int) -> None:
        if not is_open(life.state):
            assert correction(life.state, life.now + days * DAY) == {}

    def test_nothing_is_nothing(self) -> None:
        assert totals_by_currency(EMPTY_STATE, {}) == {}
        assert not is_open(State({code: Account() for code in CURRENCIES}))
