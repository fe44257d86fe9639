from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.events.event import Event
from domain.earning.facts.recorded import counter_value, streak_value
from domain.earning.judging.judgement import MissReason
from domain.ledger.state import EMPTY_STATE, State
from domain.program.earning import EarningRule, Period
from domain.program.engagement import Counter, Counts, Streak
from domain.program.program import Program
from tests.support.judging import AT, a_line, after, an_event, judged, points_of
from tests.support.programs import a_program

COFFEE = a_line("latte", 400, "COFFEE", 2)
CAKE = a_line("cake", 350, "BAKERY")
DAY = timedelta(days=1)


def counting(counts: Counts = Counts.EVENTS, **more: Any) -> Counter:
    return Counter("c", ("purchase",), counts, **more)


def fold(program: Program, events: list[Event]) -> State:
    state = EMPTY_STATE
    for event in events:
        state = after(state, judged(program, event, state=state))
    return state


def counted(counter: Counter, *events: Event, on: date = date(2026, 3, 10)) -> int:
    return counter_value(counter, fold(a_program(earning=(), counters=(counter,)), list(events)), on)


BASKET = an_event("purchase", lines=(COFFEE, CAKE))


class TestCounters:
    @pytest.mark.parametrize(
        ("counter", "amount"),
        [
            (counting(), 1),
            (counting(Counts.UNITS), 3),
            (counting(Counts.AMOUNT), 750),
            (counting(Counts.AMOUNT, lines="line.category == 'COFFEE'"), 400),
            (counting(Counts.UNITS, lines="line.category == 'COFFEE'"), 2),
            (counting(lines="line.category == 'TEA'"), 0),
            (counting(lines="line.category == 'COFFEE'"), 1),
            (counting(when="event.amount > 750"), 0),
        ],
    )
    def test_it_counts_events_money_and_units(self, counter: Counter, amount: int) -> None:
        assert counted(counter, BASKET) == amount

    def test_a_discount_on_the_basket_lowers_the_money_of_lines(self) -> None:
        counter = counting(Counts.AMOUNT, lines="line.category == 'COFFEE'")
        assert counted(counter, an_event("purchase", 500, lines=(COFFEE, CAKE))) == 266

    def test_a_day_counts_once_and_a_late_one_still(self) -> None:
        events = [an_event("purchase", at=AT + days * DAY) for days in (0, 0, 1, -3, -3, 1)]
        assert counted(counting(Counts.DAYS), *events) == 3
        assert counted(counting(Counts.DAYS, last_days=3), *events, on=date(2026, 3, 11)) == 2

    def test_it_begins_anew_with_each_period(self) -> None:
        events = [an_event("purchase", at=AT + days * DAY) for days in (0, 1, 5, 6)]
        assert counted(counting(per=Period.WEEK), *events) == 3
        assert counted(counting(per=Period.WEEK), *events, on=date(2026, 3, 16)) == 1

    def test_the_last_days_include_today(self) -> None:
        events = [an_event("purchase", at=AT + days * DAY) for days in (-7, -6, -1, 0)]
        assert counted(counting(last_days=7), *events) == 3

    def test_rules_read_it_as_it_stood_before_the_event(self) -> None:
        third = EarningRule("third", "Third", ("purchase",), 50, when="counters.c == 2")
        program = a_program(earning=(third,), counters=(counting(),))
        state, given_by = EMPTY_STATE, []
        for _ in range(4):
            judgement = judged(program, an_event(), state=state)
            given_by.append(points_of(judgement))
            state = after(state, judgement)
        assert given_by == [{}, {}, {"third": 50}, {}]

    def test_one_that_fails_counts_nothing_and_is_named(self) -> None:
        counter = counting(when="attributes.stars > 3")
        judgement = judged(a_program(earning=(), counters=(counter,)), BASKET)
        assert judgement.counts == ()
        assert judgement.failures[0][:2] == ("counter:c", MissReason.FAILED)

    def test_an_event_it_is_not_for_is_no_news(self) -> None:
        judgement = judged(a_program(earning=(), counters=(counting(),)), an_event("visit"))
        assert (judgement.counts, judgement.misses) == ((), ())


def streak(per: Period, grace: int) -> Streak:
    return Streak("s", "S", ("purchase",), per, grace=grace)


def length(one: Streak, days: list[int], on: int) -> int:
    events = [an_event("purchase", at=AT + day * DAY) for day in days]
    state = fold(a_program(earning=(), streaks=(one,)), events)
    return streak_value(one, state, (AT + on * DAY).date())


class TestStreaks:
    def test_it_grows_by_one_a_period(self) -> None:
        assert length(streak(Period.DAY, 0), [0, 0, 1, 2, 2], 2) == 3
        assert length(streak(Period.WEEK, 0), [0, 3, 7, 15], 15) == 3

    def test_it_is_over_when_more_is_missed_than_its_grace(self) -> None:
        assert [length(streak(Period.DAY, 0), [0, 1], on) for on in (1, 2, 3)] == [2, 2, 0]
        assert [length(streak(Period.DAY, 1), [0, 1], on) for on in (2, 3, 4)] == [2, 2, 0]
        assert length(streak(Period.DAY, 1), [0, 2, 4], 4) == 3
        assert length(streak(Period.DAY, 1), [0, 3], 3) == 1

    def test_what_comes_late_changes_nothing(self) -> None:
        assert length(streak(Period.DAY, 0), [0, 2, 1], 2) == 1

    def test_months_and_years_go_on_over_their_ends(self) -> None:
        december = datetime(2026, 12, 20, 12, tzinfo=UTC)
        events = [an_event(at=december), an_event(at=december + 20 * DAY)]
        for per in (Period.MONTH, Period.YEAR):
            state = fold(a_program(earning=(), streaks=(streak(per, 0),)), events)
            assert streak_value(streak(per, 0), state, date(2027, 1, 9)) == 2

    @given(st.lists(st.integers(0, 30), max_size=15).map(sorted), st.integers(0, 3))
    def test_in_order_it_is_the_last_run_without_a_gap_beyond_the_grace(self, days: list[int], grace: int) -> None:
        run: list[int] = []
        for day in dict.fromkeys(days):
            run = [*run, day] if run and day - run[-1] <= grace + 1 else [day]
        assert length(streak(Period.DAY, grace), days, days[-1] if days else 0) == len(run)
