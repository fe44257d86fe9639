"""What is held from when on, by what has counted alone."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.state import State
from domain.program.levels import Landing, Window
from domain.program.program import Program
from domain.tiers.counted import counted_of
from domain.tiers.course import course, next_fall, rank_on
from domain.tiers.windows import windows_kept
from tests.domain.tiers.lives import by, counted, softly

DAY = timedelta(days=1)
MONTH_KEYS = [f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)]
KEYS = {
    Window.CALENDAR_YEAR: [str(year) for year in range(2018, 2027)],
    Window.ANNIVERSARY: [f"{year}-03-14" for year in range(2018, 2027)],
    Window.ROLLING: MONTH_KEYS,
}


@st.composite
def lives(draw: st.DrawFn) -> tuple[Program, State]:
    window = draw(st.sampled_from(Window))
    program = by(
        window,
        months=draw(st.integers(1, 14)),
        grace_days=draw(st.sampled_from([0, 1, 28, 31, 60, 365, 366])),
        landing=draw(st.sampled_from(Landing)),
    )
    amounts = st.dictionaries(st.sampled_from(KEYS[window]), st.integers(0, 1000), min_size=1)
    return program, State(qualifying=draw(amounts))


def told(program: Program, state: State) -> list[tuple[str, int, str]]:
    return [
        (step.day.isoformat(), step.rank, step.ended.isoformat()) for step in course(counted_of(program, state))
    ]


class TestYears:
    def test_a_tier_holds_to_the_end_of_the_year_after_it_was_reached(self) -> None:
        assert told(by(), counted(y2024=300)) == [("2024-01-01", 2, "2024-01-01"), ("2026-01-01", 0, "2026-01-01")]

    def test_grace_comes_after_the_end(self) -> None:
        program = by(grace_days=30)
        assert told(program, counted(y2024=300))[1:] == [("2026-01-31", 0, "2026-01-01")]

    def test_who_qualifies_again_within_the_grace_keeps_it(self) -> None:
        program = by(grace_days=30)
        assert told(program, counted(y2024=300, y2026=300))[1:] == [("2028-01-31", 0, "2028-01-01")]

    def test_a_direct_landing_is_on_what_qualifies(self) -> None:
        assert told(by(), counted(y2024=900, y2025=100))[1:] == [
            ("2026-01-01", 1, "2026-01-01"),
            ("2027-01-01", 0, "2027-01-01"),
        ]

    def test_a_soft_one_is_a_tier_lower_each_year(self) -> None:
        assert told(softly(), counted(y2024=900))[1:] == [
            ("2026-01-01", 2, "2026-01-01"),
            ("2027-01-01", 1, "2027-01-01"),
            ("2028-01-01", 0, "2028-01-01"),
        ]

    def test_a_soft_one_goes_no_lower_than_what_qualifies(self) -> None:
        assert told(softly(), counted(y2024=900, y2026=300))[1:] == [
            ("2026-01-01", 2, "2026-01-01"),
            ("2028-01-01", 1, "2028-01-01"),
            ("2029-01-01", 0, "2029-01-01"),
        ]

    def test_each_soft_fall_has_its_grace(self) -> None:
        assert told(softly(grace_days=31), counted(y2024=300))[1:] == [
            ("2026-02-01", 1, "2026-01-01"),
            ("2027-02-01", 0, "2027-01-01"),
        ]

    def test_a_grace_of_more_than_a_year_outlasts_the_next_end(self) -> None:
        assert told(softly(grace_days=366), counted(y2024=300))[1:] == [
            ("2027-01-02", 1, "2026-01-01"),
            ("2029-01-01", 0, "2028-01-01"),
        ]

    def test_after_a_long_grace_the_tier_below_still_has_its_own(self) -> None:
        assert told(by(grace_days=365), counted(y2024=300, y2025=100))[1:] == [
            ("2027-01-01", 1, "2026-01-01"),
            ("2028-01-01", 0, "2027-01-01"),
        ]

    def test_own_years_end_on_the_day_of_joining(self) -> None:
        program = by(Window.ANNIVERSARY)
        assert told(program, counted(o2024_03_14=300)) == [
            ("2024-03-14", 2, "2024-03-14"),
            ("2026-03-14", 0, "2026-03-14"),
        ]

    def test_own_years_of_29_february_end_on_the_28th(self) -> None:
        program = by(Window.ANNIVERSARY, grace_days=1)
        assert told(program, counted(o2026_02_28=300))[1:] == [("2028-02-29", 0, "2028-02-28")]


class TestMonths:
    def test_a_tier_holds_as_long_as_the_months_reach(self) -> None:
        program = by(Window.ROLLING, months=3)
        assert told(program, counted(m2026_01=60, m2026_02=50)) == [
            ("2026-02-01", 1, "2026-02-01"),
            ("2026-04-01", 0, "2026-04-01"),
        ]

    def test_months_around_the_turn_of_a_year_add_up(self) -> None:
        program = by(Window.ROLLING, months=2)
        assert told(program, counted(m2026_12=99, m2027_01=1)) == [
            ("2027-01-01", 1, "2027-01-01"),
            ("2027-02-01", 0, "2027-02-01"),
        ]

    def test_a_soft_landing_is_a_tier_lower_each_month(self) -> None:
        program = softly(Window.ROLLING, months=1)
        assert told(program, counted(m2026_01=900))[1:] == [
            ("2026-02-01", 2, "2026-02-01"),
            ("2026-03-01", 1, "2026-03-01"),
            ("2026-04-01", 0, "2026-04-01"),
        ]

    def test_what_was_taken_back_beyond_a_month_that_is_kept_no_more_takes_nothing_from_others(self) -> None:
        program = by(Window.ROLLING, months=3)
        assert told(program, counted(m2026_01=-500, m2026_02=100))[0] == ("2026-02-01", 1, "2026-02-01")


class TestLaws:
    @given(lives())
    def test_it_ends_at_the_lowest_tier_and_never_repeats_itself(self, life: tuple[Program, State]) -> None:
        steps = list(course(counted_of(*life)))
        assert all(one.rank != other.rank and one.day < other.day for one, other in pairwise(steps))
        assert not steps or steps[-1].rank == 0

    @given(lives(), st.dates(date(2018, 1, 1), date(2030, 12, 31)))
    def test_nobody_stands_below_what_qualifies(self, life: tuple[Program, State], day: date) -> None:
        found = counted_of(*life)
        assert rank_on(found, day) >= found.qualified(found.windows.index(day))

    @given(lives())
    def test_soft_landings_fall_one_tier_and_at_most_one_a_window(self, life: tuple[Program, State]) -> None:
        found = counted_of(*life)
        steps = list(course(found))
        for before, step in pairwise(steps):
            if step.rank < before.rank and found.tiers.landing is Landing.SOFT:
                index = found.windows.index(step.day)
                assert step.rank == before.rank - 1
                assert found.windows.index(before.day) < index or before.day == before.ended

    @given(lives())
    def test_a_fall_comes_the_days_of_grace_after_a_window_began(self, life: tuple[Program, State]) -> None:
        found = counted_of(*life)
        fall = next_fall(found, date(2018, 1, 1))
        if fall:
            assert fall.day - fall.ended == found.tiers.grace_days * DAY
            assert found.windows.start(found.windows.index(fall.ended)) == fall.ended

    @given(lives(), st.dates(date(2018, 1, 1), date(2030, 12, 31)), st.data())
    def test_more_never_lowers_a_tier(self, life: tuple[Program, State], day: date, data: st.DataObject) -> None:
        program, state = life
        key = data.draw(st.sampled_from(KEYS[program.tiers.window]))
        more = State(qualifying={**state.qualifying, key: state.qualifying.get(key, 0) + 250})
        assert rank_on(counted_of(program, more), day) >= rank_on(counted_of(program, state), day)

    @given(lives(), st.integers(0, 2000))
    def test_windows_that_are_kept_no_more_change_nothing_from_the_newest_on(
        self, life: tuple[Program, State], days: int
    ) -> None:
        program, state = life
        kept = State(
            qualifying={k: state.qualifying[k] for k in sorted(state.qualifying)[-windows_kept(program) :]}
        )
        found = counted_of(program, state)
        day = found.windows.start(max(found.amounts)) + timedelta(days=days)
        assert rank_on(counted_of(program, kept), day) == rank_on(found, day)

    @given(lives(), st.dates(date(2018, 1, 1), date(2030, 12, 31)))
    def test_the_short_way_for_direct_landings_is_the_course(self, life: tuple[Program, State], day: date) -> None:
        found = counted_of(*life)
        held = [step.rank for step in course(found) if step.day <= day]
        assert rank_on(found, day) == (held[-1] if held else 0)
