from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.state import State, TierMark
from domain.program.levels import Metric, Tier, Tiers
from domain.tiers.standing import Progress, Standing, mark_after, standing, tier_at
from tests.support.programs import BRONZE, GOLD, SILVER, a_program

PROGRAM = a_program()
AT = datetime(2026, 7, 1, 12, tzinfo=UTC)


def new_year(year: int) -> datetime:
    return datetime(year, 1, 1, 5, tzinfo=UTC)


def state(tier: TierMark | None = None, **amounts: int) -> State:
    return State(qualifying={year.removeprefix("y"): amount for year, amount in amounts.items()}, tier=tier)


class TestStanding:
    def test_a_new_member_has_the_lowest_tier_for_ever(self) -> None:
        assert standing(PROGRAM, State(), AT) == Standing(
            tier=BRONZE,
            since=None,
            valid_until=None,
            qualifying=Decimal(0),
            next=Progress(SILVER, Decimal(1000), Decimal(1000), new_year(2027)),
            keep=None,
        )

    def test_a_tier_reached_this_year_holds_to_the_end_of_the_next(self) -> None:
        mark = TierMark("silver", datetime(2026, 5, 4, tzinfo=UTC))
        assert standing(PROGRAM, state(mark, y2026=1000), AT) == Standing(
            tier=SILVER,
            since=mark.since,
            valid_until=new_year(2028),
            qualifying=Decimal(1000),
            next=Progress(GOLD, Decimal(3000), Decimal(2000), new_year(2027)),
            keep=Progress(SILVER, Decimal(1000), Decimal(0), new_year(2027)),
        )

    def test_one_held_by_last_years_amount_ends_with_this_year(self) -> None:
        mark = TierMark("gold", datetime(2025, 5, 4, tzinfo=UTC))
        assert standing(PROGRAM, state(mark, y2025=3100, y2026=1200), AT) == Standing(
            tier=GOLD,
            since=mark.since,
            valid_until=new_year(2027),
            qualifying=Decimal(1200),
            next=None,
            keep=Progress(GOLD, Decimal(3000), Decimal(1800), new_year(2027)),
        )

    def test_a_threshold_is_reached_with_its_last_point(self) -> None:
        assert [tier_at(PROGRAM, state(y2026=n), AT).code for n in (999, 1000, 2999, 3000)] == [
            "bronze", "silver", "silver", "gold",
        ]  # fmt: skip

    def test_it_falls_as_the_year_begins_in_the_programmes_zone(self) -> None:
        held = state(TierMark("gold", datetime(2025, 5, 4, tzinfo=UTC)), y2025=3100, y2026=1200)
        before, after = (standing(PROGRAM, held, datetime(2027, 1, 1, hour, tzinfo=UTC)) for hour in (4, 5))
        assert (before.tier, after.tier) == (GOLD, SILVER)
        assert (after.since, after.valid_until) == (new_year(2027), new_year(2028))

    def test_a_fall_long_ago_is_dated_to_its_own_year(self) -> None:
        held = state(TierMark("gold", datetime(2021, 5, 4, tzinfo=UTC)), y2021=3100)
        assert standing(PROGRAM, held, AT).since == new_year(2023)

    def test_the_last_of_several_falls_counts(self) -> None:
        held = state(TierMark("gold", datetime(2023, 5, 4, tzinfo=UTC)), y2023=3100, y2024=1200)
        assert standing(PROGRAM, held, datetime(2025, 6, 1, tzinfo=UTC)).since == new_year(2025)
        assert standing(PROGRAM, held, AT).since == new_year(2026)

    def test_spend_is_compared_in_money(self) -> None:
        levels = (BRONZE, Tier("silver", "Silver", Decimal("99.50")))
        program = a_program(tiers=Tiers(Metric.SPEND, levels))
        below, reached = (standing(program, state(y2026=minor), AT) for minor in (9949, 9950))
        assert (below.tier.code, below.qualifying) == ("bronze", Decimal("99.49"))
        assert below.next == Progress(levels[1], Decimal("99.50"), Decimal("0.01"), new_year(2027))
        assert reached.tier.code == "silver"

    def test_moved_thresholds_leave_the_last_mark_as_what_is_known(self) -> None:
        mark = TierMark("gold", datetime(2026, 2, 1, tzinfo=UTC))
        assert standing(PROGRAM, state(mark, y2026=1500), AT).since == mark.since


class TestMarkAfter:
    def test_the_lowest_tier_needs_no_mark(self) -> None:
        assert mark_after(PROGRAM, state(y2026=999), AT) is None

    def test_a_rise_is_marked_when_it_happens(self) -> None:
        assert mark_after(PROGRAM, state(y2026=1000), AT) == TierMark("silver", AT)
        silver = TierMark("silver", new_year(2026))
        assert mark_after(PROGRAM, state(silver, y2026=3000), AT) == TierMark("gold", AT)

    def test_a_standing_mark_stays(self) -> None:
        mark = TierMark("silver", datetime(2025, 5, 4, tzinfo=UTC))
        assert mark_after(PROGRAM, state(mark, y2025=1000, y2026=10), AT) is None
        assert mark_after(PROGRAM, state(mark, y2025=1000, y2026=1000), AT) is None

    def test_a_fall_is_marked_from_the_start_of_its_year(self) -> None:
        mark = TierMark("gold", datetime(2024, 5, 4, tzinfo=UTC))
        assert mark_after(PROGRAM, state(mark, y2024=3000, y2026=10), AT) == TierMark("bronze", new_year(2026))

    def test_a_tier_lost_and_reached_anew_is_marked_anew(self) -> None:
        mark = TierMark("silver", datetime(2024, 5, 4, tzinfo=UTC))
        assert mark_after(PROGRAM, state(mark, y2024=1000, y2026=1000), AT) == TierMark("silver", AT)

    def test_a_tier_reached_after_a_deeper_fall_is_marked_when_it_is_reached(self) -> None:
        mark = TierMark("gold", datetime(2024, 5, 4, tzinfo=UTC))
        assert mark_after(PROGRAM, state(mark, y2024=3000, y2026=1000), AT) == TierMark("silver", AT)

    def test_a_tier_that_the_programme_dropped_is_marked_anew(self) -> None:
        mark = TierMark("platinum", datetime(2026, 5, 4, tzinfo=UTC))
        assert mark_after(PROGRAM, state(mark, y2026=10), AT) == TierMark("bronze", AT)

    @given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 2500)), min_size=1, max_size=12))
    def test_marks_and_reads_agree_on_the_tier_and_on_since(self, steps: list[tuple[int, int]]) -> None:
        """Against a model that looks at every day's tier."""
        held, day, tier, since = State(), datetime(2020, 1, 1, 17, tzinfo=UTC), BRONZE, None
        for days, points in steps:
            for _ in range(days):
                day = datetime.fromtimestamp(day.timestamp() + 86400, UTC)
                if day.month == day.day == 1 and tier_at(PROGRAM, held, day) != tier:
                    tier, since = tier_at(PROGRAM, held, day), new_year(day.year)
            read = standing(PROGRAM, held, day)
            assert (read.tier, read.since) == (tier, since)
            year = str(day.year)
            counted = {**held.qualifying, year: held.qualifying.get(year, 0) + points}
            held = State(qualifying={y: counted[y] for y in sorted(counted)[-3:]}, tier=held.tier)
            held = State(qualifying=held.qualifying, tier=mark_after(PROGRAM, held, day) or held.tier)
            if tier_at(PROGRAM, held, day) != tier:
                tier, since = tier_at(PROGRAM, held, day), day
            assert (standing(PROGRAM, held, day).tier, standing(PROGRAM, held, day).since) == (tier, since)
