from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.posting.expiry import add_months, idle_after, idle_at, idle_from, lot_date
from domain.ledger.decide import earn
from domain.ledger.lots import Lot
from domain.ledger.settle import settle
from domain.ledger.state import MAX_LOTS, Account, Changes, Idle, State, apply
from domain.program.earning import Expiry, Grain
from tests.support.programs import a_program

JUNE = datetime(2026, 6, 15, 12, tzinfo=UTC)


def local(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)


class TestLotDate:
    def test_points_end_with_the_month_in_the_programmes_zone(self) -> None:
        earned = datetime(2026, 3, 10, 15, tzinfo=UTC)
        assert lot_date(a_program(), earned) == datetime(2027, 4, 1, 4, tzinfo=UTC)

    def test_the_day_is_the_zones_and_not_utcs(self) -> None:
        # 02:00 UTC on the first is still the last of March in New York.
        earned = datetime(2026, 4, 1, 2, tzinfo=UTC)
        assert lot_date(a_program(), earned) == local("America/New_York", 2027, 4, 1)

    def test_winter_ends_are_an_hour_later_in_utc_than_summer_ends(self) -> None:
        earned = datetime(2026, 12, 31, 12, tzinfo=UTC)
        assert lot_date(a_program(), earned) == datetime(2028, 1, 1, 5, tzinfo=UTC)

    def test_points_that_never_expire_have_no_date(self) -> None:
        assert lot_date(a_program(expiry=None), datetime(2026, 3, 10, tzinfo=UTC)) is None

    def test_points_that_expire_for_inactivity_have_no_date_of_their_own(self) -> None:
        assert lot_date(a_program(expiry=Expiry(12, inactivity=True)), datetime(2026, 3, 10, tzinfo=UTC)) is None

    @pytest.mark.parametrize(
        ("grain", "end"),
        [
            (Grain.DAY, (2026, 8, 20)),
            (Grain.WEEK, (2026, 8, 24)),
            (Grain.MONTH, (2026, 9, 1)),
            (Grain.QUARTER, (2026, 10, 1)),
            (Grain.YEAR, (2027, 1, 1)),
        ],
    )
    def test_every_grain_ends_as_the_next_begins(self, grain: Grain, end: tuple[int, int, int]) -> None:
        program = a_program(timezone="Europe/Berlin", expiry=Expiry(6, grain))
        assert lot_date(program, datetime(2026, 2, 19, 9, tzinfo=UTC)) == local("Europe/Berlin", *end)

    def test_a_week_ends_with_its_sunday(self) -> None:
        program = a_program(timezone="UTC", expiry=Expiry(1, Grain.WEEK))
        sunday, monday = datetime(2026, 10, 22, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)
        assert lot_date(program, sunday) == datetime(2026, 11, 23, tzinfo=UTC)
        assert lot_date(program, monday) == datetime(2026, 11, 30, tzinfo=UTC)

    def test_a_short_month_takes_its_last_day(self) -> None:
        program = a_program(timezone="UTC", expiry=Expiry(1, Grain.DAY))
        assert lot_date(program, datetime(2027, 1, 31, tzinfo=UTC)) == datetime(2027, 3, 1, tzinfo=UTC)
        assert lot_date(program, datetime(2028, 1, 31, tzinfo=UTC)) == datetime(2028, 3, 1, tzinfo=UTC)

    def test_a_leap_day_expires_on_the_28th(self) -> None:
        program = a_program(timezone="UTC", expiry=Expiry(12, Grain.DAY))
        assert lot_date(program, datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2029, 3, 1, tzinfo=UTC)

    def test_a_day_without_a_midnight_begins_when_its_clocks_do(self) -> None:
        # In Beirut the clocks of 28 March 2027 go from 00:00 to 01:00.
        program = a_program(timezone="Asia/Beirut", expiry=Expiry(1, Grain.DAY))
        end = lot_date(program, local("Asia/Beirut", 2027, 2, 27, 12))
        assert end == datetime(2027, 3, 27, 22, tzinfo=UTC)
        assert end.astimezone(program.zone).isoformat() == "2027-03-28T01:00:00+03:00"

    @given(
        st.datetimes(datetime(2000, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC)),
        st.sampled_from(Grain),
        st.integers(1, 48),
        st.sampled_from(["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "America/Havana"]),
    )
    def test_points_live_at_least_their_months_and_less_than_a_grain_more(
        self, earned: datetime, grain: Grain, months: int, zone: str
    ) -> None:
        program = a_program(timezone=zone, expiry=Expiry(months, grain))
        end = lot_date(program, earned)
        assert end is not None
        first_gone = end.astimezone(program.zone).date()
        last = add_months(earned.astimezone(program.zone).date(), months)
        longest = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31, Grain.QUARTER: 92, Grain.YEAR: 366}
        assert timedelta(days=1) <= first_gone - last <= timedelta(days=longest[grain])
        assert (end - timedelta(milliseconds=1)).astimezone(program.zone).date() < first_gone


class TestIdleAt:
    def test_it_is_the_end_of_the_grain_so_many_months_after_the_last_activity(self) -> None:
        program = a_program(expiry=Expiry(6, Grain.QUARTER, inactivity=True))
        assert idle_at(program, datetime(2026, 2, 19, tzinfo=UTC)) == local("America/New_York", 2026, 10, 1)

    @pytest.mark.parametrize("expiry", [None, Expiry(6)])
    def test_there_is_none_where_inactivity_expires_nothing(self, expiry: Expiry | None) -> None:
        assert idle_at(a_program(expiry=expiry), datetime(2026, 2, 19, tzinfo=UTC)) is None


class TestIdleAfter:
    INACTIVITY = a_program(expiry=Expiry(1, Grain.MONTH, inactivity=True))
    JULY = datetime(2026, 8, 1, 4, tzinfo=UTC)

    def test_activity_moves_the_date(self) -> None:
        assert idle_after(self.INACTIVITY, Account(), JUNE) == Idle(self.JULY)

    def test_where_it_moves_nothing_there_is_nothing_to_write(self) -> None:
        assert idle_after(self.INACTIVITY, Account(idle_at=self.JULY), JUNE) is None
        assert idle_after(a_program(expiry=None), Account(), JUNE) is None

    def test_activity_that_comes_late_moves_nothing_back(self) -> None:
        later = self.JULY + timedelta(days=31)
        assert idle_after(self.INACTIVITY, Account(idle_at=later), JUNE) is None

    def test_a_date_of_other_rules_is_cleared(self) -> None:
        assert idle_after(a_program(), Account(idle_at=self.JULY), JUNE) == Idle(None)

    def test_points_that_come_in_without_activity_get_a_date_only_where_there_is_one(self) -> None:
        assert idle_from(self.INACTIVITY, Account(), JUNE) == Idle(self.JULY)
        assert idle_from(self.INACTIVITY, Account(idle_at=self.JULY), JUNE) is None
        assert idle_from(a_program(), Account(), JUNE) is None

    def test_a_date_that_has_passed_ends_no_points_that_come_in_later(self) -> None:
        assert idle_from(self.INACTIVITY, Account(idle_at=JUNE), JUNE) == Idle(self.JULY)
        assert idle_from(a_program(), Account(idle_at=JUNE), JUNE) == Idle(None)


class TestAddMonths:
    @pytest.mark.parametrize(
        ("day", "months", "then"),
        [
            (date(2026, 12, 31), 1, date(2027, 1, 31)),
            (date(2026, 12, 31), 2, date(2027, 2, 28)),
            (date(2026, 11, 30), 15, date(2028, 2, 29)),
            (date(2026, 5, 31), 0, date(2026, 5, 31)),
        ],
    )
    def test_a_day_that_the_month_lacks_is_its_last(self, day: date, months: int, then: date) -> None:
        assert add_months(day, months) == then


class TestCrowdedAccounts:
    def test_a_purchase_every_day_for_three_years_finds_room_and_lives_no_shorter(self) -> None:
        program = a_program(expiry=Expiry(24, Grain.DAY))
        account = Account()
        for day in range(3 * 365):
            at = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
            account = settle(State({"POINTS": account}), at).account("POINTS")
            date = lot_date(program, at, account)
            changes = earn(account, 1, expires_at=date)
            assert isinstance(changes, Changes)
            plain = lot_date(program, at)
            assert date is not None
            assert plain is not None
            assert date >= plain
            account = apply(State({"POINTS": account}), "POINTS", changes, day + 1).account("POINTS")
            assert len(account.lots) <= MAX_LOTS

    def test_a_date_that_is_there_already_stays_as_fine_as_it_is(self) -> None:
        program = a_program(expiry=Expiry(12, Grain.DAY))
        at = datetime(2026, 6, 15, 12, tzinfo=UTC)
        plain = lot_date(program, at)
        assert plain is not None
        crowded = Account(tuple(Lot(plain + timedelta(days=n), 1) for n in range(100)), earned=100)
        assert lot_date(program, at, crowded) == plain
        before = replace(crowded, lots=crowded.lots[1:])
        assert lot_date(program, at, before) == local("America/New_York", 2027, 7, 1)

    def test_a_coarse_grain_is_not_made_finer(self) -> None:
        program = a_program(expiry=Expiry(12, Grain.YEAR))
        at = datetime(2026, 6, 15, 12, tzinfo=UTC)
        far = tuple(Lot(datetime(2200, 1, 1, tzinfo=UTC) + timedelta(days=n), 1) for n in range(112))
        assert lot_date(program, at, Account(far, earned=112)) == lot_date(program, at)
