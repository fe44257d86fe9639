"""Days that come back each year: a birthday, the day of joining. 29 February is kept on the 28th otherwise."""

from calendar import isleap
from collections.abc import Iterable
from datetime import date, timedelta

_LEAP_YEAR = 2024
_DAY = timedelta(days=1)


def kept_on(today: date) -> tuple[str, ...]:
    """The days of the year that are kept on `today`, such as ("03-14",)."""
    day = f"{today:%m-%d}"
    return (day, "02-29") if day == "02-28" and not isleap(today.year) else (day,)


def around(days: Iterable[str]) -> tuple[str, ...]:
    """Days of the year with the one before and the one after each: what a day of any zone can be in UTC."""
    found: dict[str, None] = {}
    for day in days:
        middle = date.fromisoformat(f"{_LEAP_YEAR}-{day}")
        found |= {f"{near:%m-%d}": None for near in (middle - _DAY, middle, middle + _DAY)}
    return tuple(found)
