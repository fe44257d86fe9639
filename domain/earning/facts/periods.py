"""The periods in which caps, counters and challenges count, each a whole number: later ones are higher."""

from collections.abc import Callable, Mapping
from datetime import date

from domain.program.earning import CapPeriod, Period

_WEEK = Period.WEEK
KEEPS: Mapping[str, int] = {
    Period.DAY: 14,
    Period.WEEK: 8,
    Period.MONTH: 4,
    Period.YEAR: 3,
    Period.EVER: 1,
}
"""How many periods of each kind a counter keeps: for events that come late, and to give room back."""
_NUMBERS: Mapping[str, Callable[[date], int]] = {
    CapPeriod.EVENT: lambda _: 0,
    Period.DAY: date.toordinal,
    Period.WEEK: lambda day: day.toordinal() - day.weekday(),
    Period.MONTH: lambda day: day.year * 12 + day.month - 1,
    Period.YEAR: lambda day: day.year,
    Period.EVER: lambda _: 0,
}


def period_of(per: Period | CapPeriod, day: date) -> int:
    """The number of the period that a day of the programme falls in.

    A day's is its ordinal, a week's its Monday's, a month's counts from year 0, a year's is itself; EVER is 0,
    and so is a cap's EVENT, which nothing counts by.
    """
    return _NUMBERS[per](day)


def keeps(per: Period | CapPeriod) -> int:
    """How many periods of this kind a counter keeps."""
    return KEEPS[per]


def running(per: Period, day: date) -> int:
    """The period's number in a row without gaps: one after another differ by one."""
    number = period_of(per, day)
    return number // 7 if per is _WEEK else number
