"""Until when earned points can be spent."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from domain.program.program import Grain, Program
from domain.time import day_start


def expires_at(program: Program, occurred_at: datetime) -> datetime | None:
    """The first instant, in UTC, at which points earned at `occurred_at` are gone; None: they never are.

    It is the end, in the programme's zone, of the grain in which the day of `occurred_at` plus the months falls
    (31 January plus one month is the last day of February). Weeks end on Sunday.
    """
    if program.expiry is None:
        return None
    earned_on = occurred_at.astimezone(program.zone).date()
    last = add_months(earned_on, program.expiry.months)
    return day_start(_next_start(last, program.expiry.grain), program.zone)


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next_start(day: date, grain: Grain) -> date:
    """The first day after the grain that `day` is in."""
    first = day.replace(day=1)
    match grain:
        case Grain.DAY:
            return day + timedelta(days=1)
        case Grain.WEEK:
            return day + timedelta(days=7 - day.weekday())
        case Grain.MONTH:
            return add_months(first, 1)
        case Grain.QUARTER:
            return add_months(first, 3 - (day.month - 1) % 3)
        case Grain.YEAR:
            return date(day.year + 1, 1, 1)
