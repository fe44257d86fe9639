"""The periods in which caps, counters and challenges count, each a whole number: later ones are higher."""

from datetime import date

from domain.program.earning import CapPeriod, Period

KEEPS = {
    Period.DAY.value: 14,
    Period.WEEK.value: 8,
    Period.MONTH.value: 4,
    Period.YEAR.value: 3,
    Period.EVER.value: 1,
}
"""How many periods of each kind a counter keeps: for events that come late, and to give room back."""


def period_of(per: Period | CapPeriod, day: date) -> int:
    """The number of the period that a day of the programme falls in.

    A day's is its ordinal, a week's its Monday's, a month's counts from year 0, a year's is itself; EVER is 0.
    """
    match per.value:
        case "day":
            return day.toordinal()
        case "week":
            return day.toordinal() - day.weekday()
        case "month":
            return day.year * 12 + day.month - 1
        case "year":
            return day.year
        case _:
            return 0


def keeps(per: Period | CapPeriod) -> int:
    """How many periods of this kind a counter keeps."""
    return KEEPS[per.value]


def running(per: Period, day: date) -> int:
    """The period's number in a row without gaps: one after another differ by one."""
    number = period_of(per, day)
    return number // 7 if per is Period.WEEK else number
