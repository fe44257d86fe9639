"""What is missing for the next tier, and for keeping this one."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.ledger.state import Override
from domain.program.levels import Tier, Window
from domain.program.program import Program
from domain.tiers.counted import Counted
from domain.tiers.course import next_fall
from domain.time import day_start


@dataclass(frozen=True, slots=True)
class Progress:
    """To reach or keep `tier`: `required` in a window, of which `remaining` is missing, before `by`.

    `by` None: nothing of what is there falls out of the window.
    """

    tier: Tier
    required: Decimal
    remaining: Decimal
    by: datetime | None


def to_reach(program: Program, counted: Counted, rank: int, day: date) -> Progress:
    """By the end of the year; by the last months, before the first amount among them falls out."""
    index = counted.windows.index(day)
    amount = counted.amount(index)
    if counted.windows.kind is not Window.ROLLING:
        return _progress(program, counted, rank, amount, _start(program, counted, index + 1))
    later = range(index + 1, index + 1 + counted.tiers.months)
    less = next((month for month in later if counted.amount(month) < amount), None)
    by = None if less is None else _start(program, counted, less)
    return _progress(program, counted, rank, amount, by)


def to_keep(program: Program, counted: Counted, rank: int, day: date, override: Override | None) -> Progress:
    """What is missing for the tier to go on when its time is over.

    By years: this year's amount, before it ends. By the last months: what will be missing when enough has fallen
    out. When it has ended already: what is missing now, before its grace is over. Where staff have given the tier:
    what will be missing when they no longer do.
    """
    if override:
        return _after_override(program, counted, rank, day, override)
    index = counted.windows.index(day)
    fall = next_fall(counted, day)
    rolling = counted.windows.kind is Window.ROLLING
    if fall and fall.ended <= day:
        over = min(fall.day, counted.windows.start(index + 1)) if rolling else fall.day
        return _progress(program, counted, rank, counted.amount(index), day_start(over, program.zone))
    # A tier that nothing of these months holds up ends with the month.
    last = counted.windows.index(fall.ended) if fall and rolling else index + 1
    amount = counted.amount(last if rolling else index)
    return _progress(program, counted, rank, amount, _start(program, counted, last))


def _after_override(program: Program, counted: Counted, rank: int, day: date, override: Override) -> Progress:
    windows = counted.windows
    index, end = windows.index(day), windows.index(override.until.astimezone(program.zone).date())
    if windows.kind is Window.ROLLING:
        return _progress(program, counted, rank, counted.amount(end), override.until)
    # A year's amount holds the tier in the next one; a year further on begins anew.
    if end - index > 1:
        return _progress(program, counted, rank, 0, override.until)
    by = min(_start(program, counted, index + 1), override.until)
    return _progress(program, counted, rank, counted.amount(index), by)


def _progress(program: Program, counted: Counted, rank: int, amount: int, by: datetime | None) -> Progress:
    tier = program.tiers.levels[rank]
    missing = tier.threshold - counted.in_unit(amount)
    return Progress(tier, tier.threshold, max(missing, Decimal(0)), by)


def _start(program: Program, counted: Counted, index: int) -> datetime:
    return day_start(counted.windows.start(index), program.zone)
