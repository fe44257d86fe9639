"""What comes back gives back what it counted, whatever the parts in which it comes."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.earning.events.event import EventLine
from domain.ledger.state import Bucket
from domain.program.earning import Cap, CapOf, CapPeriod, EarningRule
from domain.program.engagement import Challenge, Counter, Counts, Step, Streak
from domain.simulation.replay import Replay
from tests.support.programs import SPEND, a_program
from tests.support.simulating import FIGURE, bought, replayed, returned

_COFFEE = 'line.category == "COFFEE"'
_COUNTING = a_program(
    earning=(
        replace(SPEND, caps=(Cap(300, CapPeriod.WEEK), Cap(700, CapPeriod.EVER, CapOf.EVERYONE))),
        EarningRule("big", "Big", ("purchase",), 50, when="event.amount >= 3000", caps=(Cap(120, CapPeriod.DAY),)),
        EarningRule("miles", "M", ("purchase",), 2, Decimal("3.00"), "MILES", caps=(Cap(30, CapPeriod.MONTH),)),
    ),
    counters=(
        Counter("cups", ("purchase",), Counts.UNITS, lines=_COFFEE),
        Counter("spent", ("purchase",), Counts.AMOUNT, last_days=30),
        Counter("days", ("purchase",), Counts.DAYS),
    ),
    streaks=(Streak("daily", "Daily", ("purchase",)),),
    challenges=(
        Challenge("cups", "C", ("purchase",), 3, "", Counts.UNITS, lines=_COFFEE, repeats=None, points=9),
        Challenge("rich", "R", ("purchase",), 9_000, "", Counts.AMOUNT, steps=(Step(2_000, 4),), currency="MILES"),
    ),
)
_basket = st.tuples(st.integers(1, 9_000), st.integers(0, 5), st.integers(0, 1_000))
_parts = st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 5)), max_size=4)


def _basket_lines(food: int, cups: int, coffee: int) -> tuple[EventLine, ...]:
    return EventLine("food", None, None, 1, food), EventLine("cup", "COFFEE", None, cups, coffee if cups else 0)


def _counted(replay: Replay) -> dict[str, tuple[Bucket, ...]]:
    counters = replay.lives["ann"].state.counters
    assert all(bucket.amount > 0 for buckets in counters.values() for bucket in buckets)
    return {code: buckets for code, buckets in counters.items() if not code.startswith("streak:")}


class TestReturns:
    @given(st.lists(_basket, max_size=2), _basket, _parts)
    def test_what_comes_back_in_parts_until_nothing_is_kept_is_as_if_it_had_never_been(
        self, before: list[tuple[int, int, int]], basket: tuple[int, int, int], parts: list[tuple[int, int]]
    ) -> None:
        events = [
            bought("ann", sum(line.amount_minor for line in _basket_lines(*one)), day, lines=_basket_lines(*one))
            for day, one in enumerate((*before, basket))
        ]
        (food, cups), order = _basket_lines(*basket), events[-1].id
        left, cups_left, coffee = food.amount_minor, cups.quantity, cups.amount_minor
        returns = []
        for day, (cents, units) in enumerate(parts, start=4):
            some_cents, some_cups = min(cents, left - 1), min(units, cups_left)
            paid = coffee * some_cups // cups_left if cups_left else 0
            left, cups_left, coffee = left - some_cents, cups_left - some_cups, coffee - paid
            lines = (
                food._replace(quantity=0, amount_minor=some_cents),
                cups._replace(quantity=some_cups, amount_minor=paid),
            )
            returns.append(returned("ann", order, day, lines=tuple(one for one in lines if any(one[-2:]))))
        returns = [one for one in returns if one.lines] + [returned("ann", order, 9)]
        never, kept = replayed(_COUNTING, events[:-1], figures={"ann": FIGURE}), replayed(_COUNTING, events)
        some, whole = replayed(_COUNTING, [*events, *returns[:-1]]), replayed(_COUNTING, [*events, *returns])
        assert (some.tally.refused, whole.tally.refused) == ({}, {})
        assert _counted(whole) == _counted(never)
        assert {one: points for one, points in whole.shared.used.items() if points} == never.shared.used
        counts = whole.lives["ann"].state, some.lives["ann"].state, kept.lives["ann"].state
        for code in kept.lives["ann"].state.counters:
            least, between, most = (sum(one.amount for one in each.counters.get(code, ())) for each in counts)
            assert least <= between <= most
