"""Tiers that staff give."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.ledger.state import Override, TierMark
from domain.program.levels import Window
from domain.tiers.lapse import by_new_terms, next_lapse
from domain.tiers.standing import mark_after, standing, tier_at
from tests.domain.tiers.lives import BRONZE, GOLD, PLATINUM, SILVER, by, counted, midnight, missing

PROGRAM = by()
AT = datetime(2026, 7, 1, tzinfo=UTC)
SINCE, UNTIL = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)


class TestOverride:
    @pytest.mark.parametrize(("code", "tier"), [("bronze", BRONZE), ("platinum", PLATINUM)])
    def test_it_stands_above_and_below_what_qualifies_up_to_its_time(self, code: str, tier: object) -> None:
        state = counted(TierMark(code, SINCE), Override(code, UNTIL), y2026=300)
        assert tier_at(PROGRAM, state, AT) == tier
        assert tier_at(PROGRAM, state, UNTIL - timedelta(milliseconds=1)) == tier
        assert tier_at(PROGRAM, state, UNTIL) == GOLD

    def test_it_says_until_when_and_what_would_be_missing(self) -> None:
        state = counted(TierMark("platinum", SINCE), Override("platinum", UNTIL), y2026=300)
        found = standing(PROGRAM, state, AT)
        assert (found.tier, found.since, found.valid_until) == (PLATINUM, SINCE, UNTIL)
        assert (found.given, found.next) == (Override("platinum", UNTIL), None)
        assert missing(found.keep) == (600, UNTIL)

    def test_this_years_amount_keeps_it_over_the_turn_of_the_year(self) -> None:
        until = midnight(PROGRAM, "2027-03-01")
        state = counted(TierMark("gold", SINCE), Override("gold", until), y2026=200)
        found = standing(PROGRAM, state, AT)
        assert missing(found.keep) == (100, midnight(PROGRAM, "2027-01-01"))

    def test_a_year_that_will_be_over_counts_nothing_towards_keeping_it(self) -> None:
        until = midnight(PROGRAM, "2028-03-01")
        state = counted(TierMark("gold", SINCE), Override("gold", until), y2026=200)
        found = standing(PROGRAM, state, AT)
        assert missing(found.keep) == (300, until)

    def test_one_that_qualifies_anyway_holds_as_long_as_it_does(self) -> None:
        state = counted(TierMark("gold", SINCE), Override("gold", UNTIL), y2026=300)
        assert standing(PROGRAM, state, AT).valid_until == midnight(PROGRAM, "2028-01-01")

    def test_months_count_as_they_will_when_it_ends(self) -> None:
        program, until = by(Window.ROLLING, months=3), midnight(PROGRAM, "2026-09-01")
        state = counted(TierMark("silver", SINCE), Override("silver", until), m2026_06=50, m2026_07=40)
        keep = standing(program, state, AT).keep
        assert missing(keep) == (60, until)

    def test_when_it_has_ended_the_tier_that_follows_is_since_then(self) -> None:
        state = counted(TierMark("platinum", SINCE), Override("platinum", UNTIL), y2026=300)
        found = standing(PROGRAM, state, UNTIL)
        assert (found.tier, found.since, found.given) == (GOLD, UNTIL, None)

    def test_an_event_of_before_is_judged_by_what_qualified_then(self) -> None:
        state = counted(TierMark("platinum", SINCE), Override("platinum", UNTIL), y2026=100)
        assert tier_at(PROGRAM, state, SINCE - timedelta(days=1)) == SILVER

    def test_one_of_a_tier_that_the_programme_has_no_more_gives_nothing(self) -> None:
        state = counted(TierMark("diamond", SINCE), Override("diamond", UNTIL), y2026=100)
        assert tier_at(PROGRAM, state, AT) == SILVER


class TestMarks:
    def test_what_qualifies_marks_nothing_while_another_is_given(self) -> None:
        state = counted(TierMark("bronze", SINCE), Override("bronze", UNTIL), y2026=900)
        assert mark_after(PROGRAM, state, AT) is None

    def test_reaching_a_given_tier_by_oneself_is_no_new_start(self) -> None:
        state = counted(TierMark("gold", SINCE), Override("gold", UNTIL), y2026=300)
        assert mark_after(PROGRAM, state, UNTIL + timedelta(days=9)) is None

    def test_an_entry_after_the_end_marks_from_the_end(self) -> None:
        state = counted(TierMark("platinum", SINCE), Override("platinum", UNTIL), y2026=300)
        assert mark_after(PROGRAM, state, UNTIL + timedelta(days=9)) == TierMark("gold", UNTIL)


class TestNextLapse:
    def test_a_tier_that_is_held_by_years_lapses_as_one_begins(self) -> None:
        state = counted(TierMark("gold", SINCE), y2026=300)
        assert next_lapse(PROGRAM, state) == TierMark("bronze", midnight(PROGRAM, "2028-01-01"))

    def test_it_may_lie_in_the_past_step_by_step(self) -> None:
        state, told = counted(TierMark("platinum", SINCE), y2026=900, y2027=100), []
        while lapse := next_lapse(PROGRAM, state):
            told.append((lapse.code, lapse.since))
            state = replace(state, tier=lapse)
        assert told == [("silver", midnight(PROGRAM, "2028-01-01")), ("bronze", midnight(PROGRAM, "2029-01-01"))]

    @pytest.mark.parametrize(("code", "follows"), [("platinum", "gold"), ("bronze", "gold")])
    def test_a_given_one_lapses_to_what_qualifies_higher_or_lower(self, code: str, follows: str) -> None:
        state = counted(TierMark(code, SINCE), Override(code, UNTIL), y2026=300)
        assert next_lapse(PROGRAM, state) == TierMark(follows, UNTIL)

    def test_a_given_one_that_qualifies_by_its_end_goes_on(self) -> None:
        state = counted(TierMark("gold", SINCE), Override("gold", UNTIL), y2026=300)
        assert next_lapse(PROGRAM, state) == TierMark("bronze", midnight(PROGRAM, "2028-01-01"))

    def test_the_lowest_tier_never_lapses(self) -> None:
        assert next_lapse(PROGRAM, counted(y2026=99)) is None
        assert next_lapse(PROGRAM, counted(TierMark("bronze", SINCE), y2024=300)) is None

    def test_one_ended_early_is_over(self) -> None:
        state = counted(TierMark("bronze", UNTIL), Override("gold", UNTIL))
        assert next_lapse(PROGRAM, state) is None


class TestNewTerms:
    def test_a_mark_that_thresholds_have_left_behind_is_made_anew(self) -> None:
        state = counted(TierMark("gold", SINCE), y2026=150)
        assert by_new_terms(PROGRAM, state, AT) == TierMark("silver", AT)
        assert by_new_terms(PROGRAM, counted(y2026=150), AT) == TierMark("silver", AT)

    def test_one_that_still_stands_is_not(self) -> None:
        assert by_new_terms(PROGRAM, counted(TierMark("gold", SINCE), y2026=300), AT) is None
        assert by_new_terms(PROGRAM, counted(), AT) is None
