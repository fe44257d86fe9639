"""What a standing is made of, and what it is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.state import Account, State, TierMark, counted
from domain.program.levels import Landing, Window
from domain.program.program import Program
from domain.tiers.lapse import next_lapse
from domain.tiers.standing import mark_after, standing, tier_at
from domain.tiers.windows import windows_kept, windows_of
from tests.domain.tiers.lives import by, midnight

START = datetime(2020, 1, 1, 17, tzinfo=UTC)
COUNTS = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 400)), min_size=1, max_size=12)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    return by(
        draw(st.sampled_from(Window)),
        months=draw(st.integers(1, 12)),
        grace_days=draw(st.sampled_from([0, 10, 45])),
        landing=draw(st.sampled_from(Landing)),
    )


def key(program: Program, days: int) -> str:
    windows = windows_of(program, {"2020-05-07": 1})
    return windows.key(windows.index((START + timedelta(days=days)).date()))


def fold(program: Program, counts: list[tuple[int, int]], state: State | None = None) -> State:
    state = state or State()
    for days, amount in counts:
        state = counted(state, ((key(program, days), amount),), kept=windows_kept(program))
    return state


def stands(program: Program, state: State, at: datetime) -> dict[str, Any]:
    found = standing(program, state, at)
    return {
        name: getattr(found, name) for name in ("tier", "valid_until", "grace_until", "qualifying", "next", "keep")
    }


class TestLaws:
    @given(programs(), COUNTS, st.randoms(), st.integers(0, 400))
    def test_the_order_in_which_events_are_heard_of_changes_nothing(
        self, program: Program, counts: list[tuple[int, int]], random: Any, later: int
    ) -> None:
        at = START + timedelta(days=max(days for days, _ in counts) + later)
        mixed = random.sample(counts, len(counts))
        assert stands(program, fold(program, mixed), at) == stands(program, fold(program, counts), at)

    @given(programs(), COUNTS, st.tuples(st.integers(0, 900), st.integers(1, 400)))
    def test_what_was_reversed_has_never_happened(
        self, program: Program, counts: list[tuple[int, int]], mistake: tuple[int, int]
    ) -> None:
        days, amount = mistake
        at = START + timedelta(days=950)
        undone = fold(program, [*counts, mistake, (days, -amount)])
        assert stands(program, undone, at)["tier"] == stands(program, fold(program, counts), at)["tier"]

    @given(programs(), COUNTS, st.integers(0, 10**6))
    def test_what_is_in_the_account_changes_nothing(
        self, program: Program, counts: list[tuple[int, int]], spent: int
    ) -> None:
        state, at = fold(program, counts), START + timedelta(days=950)
        after = replace(state, accounts={"POINTS": Account(earned=spent, redeemed=spent)})
        assert standing(program, after, at) == standing(program, state, at)

    @given(programs(), COUNTS)
    def test_marks_by_events_and_by_time_follow_the_standing(
        self, program: Program, counts: list[tuple[int, int]]
    ) -> None:
        """Events in their order, and between them what the sweep writes: the mark is never another tier."""
        state = State()
        for days, amount in sorted(counts):
            at = START + timedelta(days=days)
            while (lapse := next_lapse(program, state)) and lapse.since <= at:
                state = replace(state, tier=lapse)
            state = fold(program, [(days, amount)], state)
            state = replace(state, tier=mark_after(program, state, at) or state.tier)
            held = tier_at(program, state, at)
            assert (state.tier.code if state.tier else "bronze") == held.code
            assert standing(program, state, at).since == (state.tier.since if state.tier else None)

    @given(programs(), COUNTS)
    def test_a_tier_falls_when_its_standing_said_it_would(
        self, program: Program, counts: list[tuple[int, int]]
    ) -> None:
        state = fold(program, counts)
        at = midnight(program, "2022-07-01")
        found = standing(program, state, at)
        end = found.grace_until or found.valid_until
        if end is None:
            assert found.tier == program.tiers.levels[0]
            return
        assert tier_at(program, state, end - timedelta(milliseconds=1)) == found.tier
        assert tier_at(program, state, end) != found.tier
        lapse = next_lapse(program, replace(state, tier=TierMark(found.tier.code, at)))
        assert lapse == TierMark(tier_at(program, state, end).code, end)
