"""The bounds of an account: what is refused, and what only looks as if it should be."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.ledger.decide import adjust, earn, redeem
from domain.ledger.lots import Lot
from domain.ledger.state import MAX_LOTS, MAX_POINTS, Account, Changes
from domain.refusals import Code, Refused
from tests.support.ledger import LATER

FULL = Account(tuple(Lot(LATER + timedelta(days=n), 1) for n in range(MAX_LOTS)), earned=MAX_LOTS)
OTHER = LATER - timedelta(days=1)


def refused(outcome: Changes | Refused) -> Code | None:
    return outcome.code if isinstance(outcome, Refused) else None


class TestLots:
    def test_a_new_date_past_the_bound_is_refused_and_a_known_one_is_not(self) -> None:
        assert refused(earn(FULL, 1, expires_at=OTHER)) is Code.LIMIT_REACHED
        assert refused(adjust(FULL, 1, expires_at=OTHER)) is Code.LIMIT_REACHED
        assert refused(earn(FULL, 1, expires_at=LATER)) is None
        assert refused(redeem(FULL, 5)) is None

    def test_an_event_that_only_counts_for_a_tier_needs_no_lot(self) -> None:
        changes = earn(FULL, 0, expires_at=OTHER, qualifying=(("2026", 1),))
        assert isinstance(changes, Changes)
        assert (changes.points, changes.lots) == (0, ())


class TestTotals:
    @pytest.mark.parametrize("adjusted", [0, -10, 10])
    def test_no_total_passes_two_to_the_53rd(self, adjusted: int) -> None:
        full = Account(earned=MAX_POINTS - 10, adjusted=adjusted, redeemed=MAX_POINTS - 10 + adjusted)
        room = 10 - max(adjusted, 0)
        assert refused(earn(full, room + 1, expires_at=None)) is Code.LIMIT_REACHED
        assert refused(earn(full, room, expires_at=None)) is None

    def test_what_is_taken_makes_no_room_to_earn_more(self) -> None:
        account = Account((Lot(None, 5),), earned=MAX_POINTS, redeemed=MAX_POINTS - 5)
        taken = adjust(account, -5, expires_at=None)
        assert isinstance(taken, Changes)
        after = replace(account, lots=(), adjusted=taken.adjusted)
        assert refused(earn(after, 1, expires_at=None)) is Code.LIMIT_REACHED
