"""The bounds of an account: what is refused, and what only looks as if it should be."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.ledger.dates import extend, reinstate
from domain.ledger.decide import adjust, earn, earn_later, redeem
from domain.ledger.holds import capture, hold, void
from domain.ledger.lots import Hold, Lot, Pending
from domain.ledger.settle import settle
from domain.ledger.state import (
    MAX_HOLDS,
    MAX_LOTS,
    MAX_PENDING,
    MAX_POINTS,
    Account,
    Changes,
    SentOn,
    State,
)
from domain.ledger.transfers import MAX_RECEIVED_LOTS, SendLimits, receive, send
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


class TestWaiting:
    def test_dates_of_points_that_wait_or_are_held_keep_their_room_among_the_lots(self) -> None:
        lots = FULL.lots[:-2]
        waiting = Account(
            lots,
            earned=MAX_LOTS,
            pending=(Pending(LATER, FULL.lots[-2].expires_at, 1),),
            holds=(Hold(9, LATER, FULL.lots[-1:]),),
        )
        assert refused(earn(waiting, 1, expires_at=OTHER)) is Code.LIMIT_REACHED
        assert refused(earn(waiting, 1, expires_at=FULL.lots[-1].expires_at)) is None

    def test_a_65th_date_that_waits_is_refused_and_a_known_one_is_not(self) -> None:
        parts = tuple(Pending(LATER + timedelta(days=n), LATER, 1) for n in range(MAX_PENDING))
        account = Account(pending=parts, earned=MAX_PENDING)
        assert refused(earn_later(account, Pending(OTHER, LATER, 1))) is Code.LIMIT_REACHED
        assert refused(earn_later(account, Pending(LATER, LATER, 1))) is None
        assert refused(earn_later(account, Pending(OTHER, LATER, 0))) is None


class TestHolds:
    def test_a_33rd_hold_is_refused(self) -> None:
        open_holds = tuple(Hold(n, LATER, (Lot(LATER, 1),)) for n in range(MAX_HOLDS))
        account = Account((Lot(LATER, 10),), holds=open_holds, earned=10 + MAX_HOLDS)
        assert refused(hold(account, 1, until=LATER)) is Code.LIMIT_REACHED

    def test_holds_take_from_no_more_than_120_lots_together(self) -> None:
        account = replace(FULL, lots=FULL.lots[:60], holds=(Hold(9, LATER, FULL.lots[:61]),), earned=121)
        assert refused(hold(account, 60, until=LATER)) is Code.LIMIT_REACHED
        assert refused(hold(account, 59, until=LATER)) is None

    @pytest.mark.parametrize("points", [0, -1])
    def test_less_than_one_point_is_no_hold(self, points: int) -> None:
        assert refused(hold(FULL, points, until=LATER)) is Code.INVALID_INPUT

    @pytest.mark.parametrize("points", [0, -1, 6])
    def test_a_capture_is_of_what_is_held(self, points: int) -> None:
        account = Account(holds=(Hold(3, LATER, (Lot(LATER, 5),)),), earned=5)
        assert refused(capture(account, 3, points)) is Code.INVALID_INPUT
        assert refused(capture(account, 4, None)) is Code.HOLD_NOT_OPEN
        assert refused(void(account, 4)) is Code.HOLD_NOT_OPEN


class TestSending:
    ACCOUNT = Account((Lot(LATER, 1000),), earned=1600, sent=600, sent_on=SentOn("2026-06-15", 200))

    @pytest.mark.parametrize(
        ("limits", "points", "code"),
        [
            (SendLimits(least=10), 9, Code.INVALID_INPUT),
            (SendLimits(least=10), 10, None),
            (SendLimits(per_transfer=50), 51, Code.LIMIT_REACHED),
            (SendLimits(per_transfer=50), 50, None),
            (SendLimits(per_day=300), 101, Code.LIMIT_REACHED),
            (SendLimits(per_day=300), 100, None),
            (SendLimits(in_all=700), 101, Code.LIMIT_REACHED),
            (SendLimits(in_all=700), 100, None),
            (SendLimits(), 1001, Code.INSUFFICIENT_POINTS),
        ],
    )
    def test_each_limit_holds_to_the_point(self, limits: SendLimits, points: int, code: Code | None) -> None:
        assert refused(send(self.ACCOUNT, points, limits, day="2026-06-15", next_day=LATER)) is code

    def test_transfers_leave_room_for_what_the_receiver_earns(self) -> None:
        account = Account(FULL.lots[:MAX_RECEIVED_LOTS], earned=MAX_RECEIVED_LOTS)
        assert refused(receive(account, (Lot(OTHER, -1),))) is Code.LIMIT_REACHED
        assert refused(receive(account, (Lot(LATER, -1),))) is None
        assert refused(earn(account, 1, expires_at=OTHER)) is None

    def test_a_new_day_begins_at_nothing(self) -> None:
        limits = SendLimits(per_day=300)
        changes = send(self.ACCOUNT, 300, limits, day="2026-06-16", next_day=LATER)
        assert isinstance(changes, Changes)
        assert changes.sent_on == SentOn("2026-06-16", 300)


class TestInactivity:
    IDLE = Account((Lot(LATER, 5), Lot(None, 7)), earned=12, idle_at=OTHER)

    def test_points_without_a_date_go_first_when_inactivity_ends_them_sooner(self) -> None:
        taken = redeem(self.IDLE, 8)
        assert isinstance(taken, Changes)
        assert taken.lots == (Lot(None, -7), Lot(LATER, -1))
        assert self.IDLE.dated_lots == (Lot(OTHER, 7), Lot(LATER, 5))

    def test_undated_points_expire_at_the_date_and_leave_none_behind_for_later_ones(self) -> None:
        settled = settle(State({"POINTS": self.IDLE}), OTHER).account("POINTS")
        assert (settled.lots, settled.expired, settled.idle_at) == ((Lot(LATER, 5),), 7, None)

    def test_points_that_waited_beyond_a_date_that_ended_nothing_live(self) -> None:
        waiting = Account(pending=(Pending(LATER, None, 9),), earned=9, idle_at=OTHER)
        settled = settle(State({"POINTS": waiting}), LATER).account("POINTS")
        assert (settled.lots, settled.expired, settled.idle_at) == ((Lot(None, 9),), 0, None)


class TestDates:
    def test_a_lot_is_extended_only_to_a_later_date_and_only_where_there_is_one(self) -> None:
        account = Account((Lot(LATER, 5),), earned=5)
        assert refused(extend(account, OTHER, until=LATER)) is Code.INVALID_INPUT
        assert refused(extend(account, LATER, until=LATER)) is Code.INVALID_INPUT
        assert refused(extend(account, LATER, until=LATER + timedelta(days=1))) is None

    def test_no_more_comes_back_than_has_expired(self) -> None:
        account = Account(earned=10, expired=10, reinstated=4, lots=(Lot(LATER, 4),))
        assert refused(reinstate(account, 7, expires_at=LATER)) is Code.INVALID_INPUT
        assert refused(reinstate(account, 6, expires_at=LATER)) is None
