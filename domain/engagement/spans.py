"""When periods of the programme's calendar end."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.program.earning import Period
from domain.time import day_start, last_day_before

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


def period_end(per: Period, day: date, zone: ZoneInfo) -> datetime | None:
    """The first instant after the period that a day is in; None for EVER, which has no end."""
    match per:
        case Period.DAY:
            after = day + _DAY
        case Period.WEEK:
            after = day - timedelta(days=day.weekday()) + _WEEK
        case Period.MONTH:
            after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        case Period.YEAR:
            after = date(day.year + 1, 1, 1)
        case Period.EVER:
            return None
    return day_start(after, zone)


def day_in(per: Period, running: int) -> date:
    """A day in the period of that number, as `domain.earning.facts.periods.running` numbers them."""
    match per:
        case Period.DAY:
            return date.fromordinal(running)
        case Period.WEEK:
            return date.fromordinal(running * 7 + 1)
        case Period.MONTH:
            return date(running // 12, running % 12 + 1, 1)
        case Period.YEAR:
            return date(running, 1, 1)
        case Period.EVER:
            return date.max


def days_left(end: datetime, at: datetime, zone: ZoneInfo) -> int:
    """How many days of the zone are left before `end`, today included; 0 when it is over."""
    if end <= at:
        return 0
    return (last_day_before(end, zone) - at.astimezone(zone).date()).days + 1
