"""The course of a member's tier over time, as what has counted makes it: pure, the same whenever it is asked for.

A window's amount counts from the window's start, whenever in it the member earned it: marks in the ledger remember
when a tier rose, the course says what is held and when it falls.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from domain.program.levels import Landing
from domain.tiers.counted import Counted


class Step(NamedTuple):
    """`rank` is held from the start of `day`. `ended`: when what was held before ended; `day` without grace."""

    day: date
    rank: int
    ended: date


def course(counted: Counted) -> Iterator[Step]:
    """Every rise and fall in order, up to the last fall if nothing more is earned; before the first, rank 0.

    What no longer qualifies as a window begins has ended; it stays for the days of grace. Who qualifies again
    meanwhile keeps it, and others land: on what qualifies, or softly, one tier lower until the next window ends.
    """
    if not counted.amounts:
        return
    index, newest = min(counted.amounts), max(counted.amounts)
    grace, soft = timedelta(days=counted.tiers.grace_days), counted.tiers.landing is Landing.SOFT
    held, ended = 0, None
    while held or index <= newest:
        begin, rank = counted.windows.start(index), counted.qualified(index)
        if rank > held:
            yield Step(begin, rank, begin)
        if rank >= held:
            held, ended = rank, None
        else:
            ended = ended or begin
        index += 1
        if ended is not None and ended + grace < counted.windows.start(index):
            held = max(rank, held - 1) if soft else rank
            yield Step(ended + grace, held, ended)
            ended = None


def rank_on(counted: Counted, day: date) -> int:
    """The rank that is held on a day of the programme's zone."""
    if counted.tiers.landing is Landing.DIRECT and not counted.tiers.grace_days:
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
