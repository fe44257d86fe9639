from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.earning.events.event import Event
from domain.earning.judging.challenges import Way, way_of
from domain.earning.judging.judgement import Judgement, MissReason
from domain.ledger.state import EMPTY_STATE, Count, State, with_counts
from domain.program.earning import Period, Segment
from domain.program.engagement import Badge, Challenge, Counter, Counts, Step
from domain.program.program import Program
from tests.support.judging import AT, a_line, after, an_event, judged, missed, points_of, why
from tests.support.programs import GOLD, a_program

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)


def challenge(goal: int, **more: Any) -> Challenge:
    return Challenge("c", "Coffees", ("purchase",), goal, **more)


def of(*challenges: Challenge, **more: Any) -> Program:
    return a_program(earning=(), challenges=challenges, **more)


def run(program: Program, events: Iterable[Event], state: State = EMPTY_STATE) -> tuple[list[Judgement], State]:
    found = []
    for event in events:
        found.append(judged(program, event, GOLD, state=state))
        state = after(state, found[-1])
    return found, state


def given_by(program: Program, events: Iterable[Event]) -> list[int]:
    return [points_of(judgement).get("challenge:c", 0) for judgement in run(program, events)[0]]


def given_by_from(program: Program, state: State, *amounts: int) -> list[int]:
    events = [an_event("purchase", amount) for amount in amounts]
    return [points_of(judgement).get("challenge:c", 0) for judgement in run(program, events, state)[0]]


THREE = challenge(3, points=50, steps=(Step(2, 5),))


class TestReaching:
    def test_steps_and_the_goal_give_what_they_promise_once(self) -> None:
        found, state = run(of(THREE), [an_event()] * 5)
        assert [points_of(judgement) for judgement in found] == [
            {}, {"challenge:c": 5}, {"challenge:c": 50}, {}, {}
        ]  # fmt: skip
        assert why(found[1], "challenge:c") == "Coffees: 2 of 3 reached"
        assert [judgement.reached for judgement in found] == [(), (), ("c",), (), ()]
        assert way_of(THREE, state, TODAY) == Way(3, 1)

    def test_repeated_it_begins_anew_with_what_is_left_over(self) -> None:
        spend = challenge(100, counts=Counts.AMOUNT, points=10, steps=(Step(50, 1),), repeats=None)
        found, state = run(of(spend), [an_event("purchase", 60), an_event("purchase", 310)])
        assert [points_of(judgement) for judgement in found] == [{"challenge:c": 1}, {"challenge:c": 33}]
        assert found[1].reached == ("c", "c", "c")
        assert way_of(spend, state, TODAY) == Way(70, 3)

    def test_so_often_and_no_more(self) -> None:
        twice = challenge(2, points=10, repeats=2)
        assert given_by(of(twice), [an_event()] * 7) == [0, 10, 0, 10, 0, 0, 0]

    def test_each_period_has_a_chance_of_its_own(self) -> None:
        weekly = challenge(2, points=10, per=Period.WEEK)
        events = [an_event(at=AT + days * DAY) for days in (0, 1, 2, 6, 7, 3)]
        assert given_by(of(weekly), events) == [0, 10, 0, 0, 10, 0]

    def test_what_comes_too_late_to_know_how_far_one_was_reaches_nothing(self) -> None:
        daily = challenge(1, points=10, per=Period.DAY)
        days = [an_event(at=AT + days * DAY) for days in range(14)]
        assert given_by(of(daily), [*days, an_event(at=AT - DAY), days[0]])[-2:] == [0, 0]

    def test_days_and_units_of_lines_count_too(self) -> None:
        days = challenge(2, counts=Counts.DAYS, points=10)
        assert given_by(of(days), [an_event(), an_event(), an_event(at=AT + DAY)]) == [0, 0, 10]
        units = challenge(4, counts=Counts.UNITS, lines="line.category == 'COFFEE'", points=10)
        basket = an_event("purchase", lines=(a_line("a", 5, "COFFEE", 3), a_line("b", 5, "TEA", 9)))
        assert given_by(of(units), [basket, basket]) == [0, 10]

    def test_a_reversal_takes_of_the_way_and_what_was_reached_is_not_given_again(self) -> None:
        _, state = run(of(THREE), [an_event()] * 3)
        back = with_counts(state, (Count("challenge:c", 0, -2),))
        assert [points_of(judgement) for judgement in run(of(THREE), [an_event()] * 4, back)[0]] == [{}] * 4

    def test_a_step_that_was_passed_is_not_given_again_after_a_reversal_of_the_way_to_it(self) -> None:
        spend = challenge(1_000, counts=Counts.AMOUNT, points=1, steps=(Step(100, 500),))
        found, state = run(of(spend), [an_event("purchase", 99), an_event("purchase", 1)])
        assert points_of(found[1]) == {"challenge:c": 500}
        back = with_counts(state, (Count("challenge:c", 0, -99),))
        assert given_by_from(of(spend), back, 99, 900) == [0, 1]
        undone = with_counts(state, (Count("challenge:c", 0, -1), Count("passed:c", 0, -1)))
        assert given_by_from(of(spend), undone, 1) == [500]

    def test_a_huge_amount_names_what_it_reaches_so_often_and_counts_all(self) -> None:
        endless = challenge(1, counts=Counts.AMOUNT, points=1, repeats=None)
        found = judged(of(endless), an_event("purchase", 10**12))
        assert (len(found.reached), points_of(found)) == (1_000, {"challenge:c": 10**12})
        assert Count("reached:c", 0, 10**12, 1) in found.counts


class TestWho:
    def test_it_is_for_its_time_and_its_segment(self) -> None:
        later = challenge(1, begins=AT + DAY, points=1)
        assert missed(judged(of(later), an_event()), "challenge:c").reason is MissReason.SCHEDULE
        vip = challenge(1, segment="vip", points=1)
        program = of(vip, segments=(Segment("vip", "VIP", "member.tier == 'gold'"),))
        assert missed(judged(program, an_event()), "challenge:c").reason is MissReason.SEGMENT
        assert given_by(program, [an_event()]) == [1]


class TestBadges:
    def test_a_challenge_gives_its_badge_once(self) -> None:
        program = of(challenge(1, badge="fan", repeats=None), badges=(Badge("fan", "Fan"),))
        found, state = run(program, [an_event()] * 2)
        assert [judgement.badges for judgement in found] == [("fan",), ()]
        assert Count("badge:fan", TODAY.toordinal(), 1, 1) in found[0].counts
        assert state.counters["badge:fan"] == ((TODAY.toordinal(), 1),)

    def test_an_expression_is_looked_at_after_the_events_own_counts(self) -> None:
        badge = Badge("ten", "Three", when="counters.visits >= 3")
        program = of(counters=(Counter("visits", ("purchase",)),), badges=(badge,))
        assert [judgement.badges for judgement in run(program, [an_event()] * 4)[0]] == [(), (), ("ten",), ()]

    def test_one_that_fails_is_named(self) -> None:
        program = of(badges=(Badge("odd", "Odd", when="profile.shoe > 3"),))
        (found,), _ = run(program, [an_event()])
        assert found.failures == (("badge:odd", MissReason.FAILED, "could not be told: there is no 'shoe'"),)


@given(
    st.integers(1, 5),
    st.none() | st.integers(1, 3),
    st.lists(st.integers(0, 12), max_size=12),
    st.lists(st.integers(1, 4), max_size=2, unique=True),
)
def test_however_it_comes_together_each_step_and_goal_is_given_as_often_as_it_was_passed(
    goal: int, repeats: int | None, amounts: list[int], steps: list[int]
) -> None:
    below = tuple(Step(step, 1) for step in steps if step < goal)
    one = challenge(goal, counts=Counts.AMOUNT, points=100, steps=below, repeats=repeats)
    total = sum(given_by(of(one), [an_event("purchase", amount) for amount in amounts]))
    way = sum(amounts) if repeats is None else min(sum(amounts), repeats * goal)
    passed = sum(1 for unit in range(1, way + 1) for step in below if unit % goal == step.goal)
    assert total == 100 * (way // goal) + passed
