"""The course of a member's tier over time, as what has counted makes it: pure, the same whenever it is asked for.

A window's amount counts from the window's start, whenever in it the member earned it: marks in the ledger remember
when a tier rose, the course says what is held and when it falls. Each tier is held for itself, the lower ones
within the higher, so that more never leads to less.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from domain.program.levels import Landing, Window
from domain.tiers.counted import Counted

_DIRECT = Landing.DIRECT


class Step(NamedTuple):
    """`rank` is held from the start of `day`. `ended`: when what was held before ended; `day` without grace."""

    day: date
    rank: int
    ended: date


class Hold(NamedTuple):
    """From one day up to, and without, another."""

    begin: date
    end: date


def course(counted: Counted) -> Iterator[Step]:
    """Every rise and fall in order, up to the last fall if nothing more is earned; before the first, rank 0.

    What no longer qualifies as a window begins has ended; it stays for the days of grace. Who qualifies again
    meanwhile keeps it, and others land: on what qualifies, or softly, one tier lower until the next window ends.
    """
    grace = timedelta(days=counted.tiers.grace_days)
    moves: Counter[date] = Counter()
    for holds in _holds(counted):
        for hold in holds:
            moves[hold.begin] += 1
            moves[hold.end] -= 1
    rank = 0
    for day in sorted(day for day, move in moves.items() if move):
        rank += moves[day]
        yield Step(day, rank, day if moves[day] > 0 else day - grace)


def rank_on(counted: Counted, day: date) -> int:
    """The rank that is held on a day of the programme's zone."""
    if counted.tiers.landing is _DIRECT and not counted.tiers.grace_days:
        return counted.qualified(counted.windows.index(day))
    rank = 0
    for step in course(counted):
        if step.day > day:
            break
        rank = step.rank
    return rank


def falls(counted: Counted) -> Iterator[Step]:
    """The steps of the course that lead down."""
    held = 0
    for step in course(counted):
        if step.rank < held:
            yield step
        held = step.rank


def next_fall(counted: Counted, after: date) -> Step | None:
    """The first fall after a day; None for the lowest tier, which is held for ever."""
    return next((fall for fall in falls(counted) if fall.day > after), None)


def _holds(counted: Counted) -> Iterator[list[Hold]]:
    """For each rank from the highest down to 1, when it is held: a rank's holds lie within those of the lower."""
    windows, soft = counted.windows, counted.tiers.landing is Landing.SOFT
    grace = timedelta(days=counted.tiers.grace_days)
    qualified = _qualified(counted)
    above: list[Hold] = []
    for rank in range(len(counted.thresholds) - 1, 0, -1):
        holds = [
            Hold(windows.start(index), windows.start(index + 1) + grace)
            for index, reached in qualified.items()
            if reached >= rank
        ]
        if soft:
            # Whoever falls to this one has it until the window ends in which they fell.
            holds += [Hold(hold.begin, windows.start(windows.index(hold.end) + 1) + grace) for hold in above]
        above = _merged(holds)
        yield above


def _qualified(counted: Counted) -> dict[int, int]:
    """The rank that each window qualifies for, over all that any amount reaches."""
    if not counted.amounts:
        return {}
    reach = counted.tiers.months if counted.windows.kind is Window.ROLLING else 2
    return {i: counted.qualified(i) for i in range(min(counted.amounts), max(counted.amounts) + reach)}


def _merged(holds: list[Hold]) -> list[Hold]:
    merged: list[Hold] = []
    for hold in sorted(holds):
        if merged and hold.begin <= merged[-1].end:
            merged[-1] = Hold(merged[-1].begin, max(merged[-1].end, hold.end))
        else:
            merged.append(hold)
    return merged
