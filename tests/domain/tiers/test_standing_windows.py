"""Standings by every window: how long a tier holds, and what is missing by when."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.ledger.state import TierMark
from domain.program.levels import Window
from domain.tiers.standing import mark_after, standing, tier_at
from tests.domain.tiers.lives import BRONZE, GOLD, SILVER, by, counted, midnight, missing, moment_before, softly

MARK = TierMark("gold", datetime(2024, 5, 4, tzinfo=UTC))


class TestOwnYears:
    PROGRAM = by(Window.ANNIVERSARY)

    def test_a_tier_holds_to_the_end_of_the_members_next_year(self) -> None:
        found = standing(self.PROGRAM, counted(o2026_03_14=100), midnight(self.PROGRAM, "2026-11-22"))
        assert (found.tier, found.valid_until) == (SILVER, midnight(self.PROGRAM, "2028-03-14"))
        assert missing(found.keep) == (0, midnight(self.PROGRAM, "2027-03-14"))
        assert missing(found.next) == (200, midnight(self.PROGRAM, "2027-03-14"))

    def test_it_falls_on_the_day_of_joining_in_the_programmes_zone(self) -> None:
        state = counted(o2025_03_14=300, o2026_03_14=100)
        # The clocks go forward on that very day of 2027, two hours later.
        last, first = moment_before(self.PROGRAM, "2027-03-14"), midnight(self.PROGRAM, "2027-03-14")
        assert first == datetime(2027, 3, 14, 5, tzinfo=UTC)
        assert [tier_at(self.PROGRAM, state, at) for at in (last, first)] == [GOLD, SILVER]

    def test_before_anything_has_counted_the_year_is_told_by_the_day_of_joining(self) -> None:
        at = midnight(self.PROGRAM, "2026-11-22")
        found = standing(self.PROGRAM, counted(), at, joined_on=date(2026, 3, 14))
        assert found.next
        assert found.next.by == midnight(self.PROGRAM, "2027-03-14")

    def test_who_joined_on_29_february_has_until_the_28th(self) -> None:
        at = midnight(self.PROGRAM, "2026-11-22")
        found = standing(self.PROGRAM, counted(), at, joined_on=date(2024, 2, 29))
        assert found.next
        assert found.next.by == midnight(self.PROGRAM, "2027-02-28")


class TestMonths:
    PROGRAM = by(Window.ROLLING, months=3)

    def test_what_counts_is_the_sum_of_the_last_months(self) -> None:
        state = counted(m2026_08=500, m2026_09=40, m2026_10=60, m2026_11=7)
        found = standing(self.PROGRAM, state, midnight(self.PROGRAM, "2026-11-22"))
        assert (found.tier, found.qualifying) == (SILVER, Decimal(107))

    def test_what_falls_out_is_what_must_be_made_good_before_it_does(self) -> None:
        state = counted(m2026_09=40, m2026_10=60, m2026_11=7)
        found = standing(self.PROGRAM, state, midnight(self.PROGRAM, "2026-11-22"))
        december = midnight(self.PROGRAM, "2026-12-01")
        assert found.valid_until == december
        assert missing(found.keep) == (33, december)
        assert missing(found.next) == (193, december)

    def test_a_month_whose_fall_changes_nothing_is_not_the_end(self) -> None:
        state = counted(m2026_09=10, m2026_10=50, m2026_11=60)
        found = standing(self.PROGRAM, state, midnight(self.PROGRAM, "2026-11-22"))
        january = midnight(self.PROGRAM, "2027-01-01")
        assert found.valid_until == january
        assert missing(found.keep) == (40, january)
        assert found.next
        assert found.next.by == midnight(self.PROGRAM, "2026-12-01")

    def test_where_nothing_can_fall_out_the_next_tier_has_no_date(self) -> None:
        found = standing(self.PROGRAM, counted(), midnight(self.PROGRAM, "2026-11-22"))
        assert missing(found.next) == (100, None)

    def test_it_falls_as_a_month_begins_in_the_programmes_zone(self) -> None:
        state, zone = counted(m2026_09=40, m2026_10=60), by(Window.ROLLING, months=3, timezone="Pacific/Auckland")
        last, first = moment_before(zone, "2026-12-01"), midnight(zone, "2026-12-01")
        assert first == datetime(2026, 11, 30, 11, tzinfo=UTC)
        assert [tier_at(zone, state, at) for at in (last, first)] == [SILVER, BRONZE]

    def test_a_month_that_makes_good_what_fell_out_is_a_new_start(self) -> None:
        lapsed = counted(TierMark("silver", datetime(2026, 9, 20, tzinfo=UTC)), m2026_09=100)
        at = midnight(self.PROGRAM, "2026-12-20")
        again = counted(lapsed.tier, m2026_09=100, m2026_12=100)
        assert mark_after(self.PROGRAM, again, at) == TierMark("silver", at)

    def test_a_month_that_makes_good_before_anything_falls_out_is_none(self) -> None:
        held = counted(TierMark("silver", datetime(2026, 9, 20, tzinfo=UTC)), m2026_09=100, m2026_11=100)
        assert mark_after(self.PROGRAM, held, midnight(self.PROGRAM, "2026-11-20")) is None


class TestGrace:
    PROGRAM = by(grace_days=30)
    STATE = counted(MARK, y2024=300, y2026=120)

    @pytest.mark.parametrize("day", ["2025-12-31", "2026-01-01", "2026-01-30"])
    def test_a_tier_that_has_ended_stays_for_the_days_of_grace(self, day: str) -> None:
        found = standing(self.PROGRAM, self.STATE, midnight(self.PROGRAM, day))
        assert (found.tier, found.since) == (GOLD, MARK.since)
        assert found.valid_until == midnight(self.PROGRAM, "2026-01-01")
        assert found.grace_until == midnight(self.PROGRAM, "2026-01-31")

    def test_then_it_falls_from_the_day_after_them(self) -> None:
        found = standing(self.PROGRAM, self.STATE, midnight(self.PROGRAM, "2026-01-31"))
        assert (found.tier, found.since) == (SILVER, midnight(self.PROGRAM, "2026-01-31"))
        assert found.valid_until == midnight(self.PROGRAM, "2028-01-01")
        assert found.grace_until == midnight(self.PROGRAM, "2028-01-31")

    def test_what_is_missing_then_is_missing_before_the_grace_is_over(self) -> None:
        found = standing(self.PROGRAM, self.STATE, midnight(self.PROGRAM, "2026-01-15"))
        assert missing(found.keep) == (180, midnight(self.PROGRAM, "2026-01-31"))

    def test_without_grace_there_is_no_date_of_it(self) -> None:
        found = standing(by(), self.STATE, midnight(self.PROGRAM, "2025-06-01"))
        assert (found.valid_until, found.grace_until) == (midnight(self.PROGRAM, "2026-01-01"), None)

    def test_months_that_fall_out_within_the_grace_count_no_more(self) -> None:
        program = by(Window.ROLLING, months=2, grace_days=40)
        state = counted(m2026_09=90, m2026_10=20)
        found = standing(program, state, midnight(program, "2026-11-05"))
        assert (found.tier, found.valid_until) == (SILVER, midnight(program, "2026-11-01"))
        assert found.grace_until == midnight(program, "2026-12-11")
        assert missing(found.keep) == (80, midnight(program, "2026-12-01"))

    def test_the_day_on_which_clocks_change_is_a_day_of_grace_like_any(self) -> None:
        program = by(Window.ROLLING, months=1, grace_days=7)
        found = standing(program, counted(m2026_02=100), midnight(program, "2026-03-07"))
        # Noon would be six days and 23 hours after, if hours were counted.
        assert found.grace_until == midnight(program, "2026-03-08") == datetime(2026, 3, 8, 5, tzinfo=UTC)
        autumn = standing(program, counted(m2026_10=100), midnight(program, "2026-11-02"))
        assert autumn.grace_until == midnight(program, "2026-11-08") == datetime(2026, 11, 8, 5, tzinfo=UTC)


class TestSoftLanding:
    def test_each_tier_on_the_way_down_is_held_for_a_year(self) -> None:
        program, state = softly(), counted(MARK, y2024=300)
        found = standing(program, state, midnight(program, "2026-06-01"))
        assert (found.tier, found.since) == (SILVER, midnight(program, "2026-01-01"))
        assert found.valid_until == midnight(program, "2027-01-01")
        assert missing(found.keep) == (100, midnight(program, "2027-01-01"))

    def test_each_is_kept_by_reaching_it_in_that_year(self) -> None:
        program, state = softly(), counted(MARK, y2024=300, y2026=100)
        assert tier_at(program, state, midnight(program, "2027-06-01")) == SILVER
        assert tier_at(program, state, midnight(program, "2028-01-01")) == BRONZE

    def test_a_fall_that_no_entry_says_yet_is_no_climb(self) -> None:
        program, state = softly(), counted(MARK, y2024=300, y2026=10)
        at = midnight(program, "2026-06-01")
        assert mark_after(program, state, at) == TierMark("silver", midnight(program, "2026-01-01"))

    def test_keeping_what_softly_landed_is_no_climb_either(self) -> None:
        program = softly()
        landed = TierMark("silver", midnight(program, "2026-01-01"))
        state = counted(landed, y2024=300, y2026=100)
        assert mark_after(program, state, midnight(program, "2026-06-01")) is None
