"""When rules run: schedules, and the boxes of time of campaigns and challenges."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.program.earning import Schedule, Weekday
from domain.time import print_date_time

_DAY = timedelta(days=1)
_WEEKDAYS = tuple(Weekday)


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """A schedule, parsed. `hours` are minutes of the day, the end excluded; one below its begin is tomorrow's."""

    schedule: Schedule
    days: frozenset[int]
    hours: tuple[tuple[int, int], ...]
    calendar: frozenset[date] | None


def runs_of(schedule: Schedule | None, calendars: Mapping[str, frozenset[date]]) -> Runs | None:
    """A schedule made ready; a calendar that the programme does not have has no days."""
    if schedule is None:
        return None
    days = frozenset(_WEEKDAYS.index(day) for day in schedule.days)
    hours = tuple(_minutes(hours) for hours in schedule.hours)
    calendar = None if schedule.calendar is None else calendars.get(schedule.calendar, frozenset())
    return Runs(schedule, days, hours, calendar)


def not_running(runs: Runs, at: datetime, local: datetime) -> str | None:
    """Why a schedule does not run at a moment, in words; None when it does. `local`: the same in its zone.

    Hours are those that the clock on the wall shows: one that comes twice, as clocks go back, runs twice.
    """
    schedule = runs.schedule
    outside = not_between(schedule.begins, schedule.ends, at)
    if outside:
        return outside
    today = local.date()
    if not runs.hours:
        return None if _is_day(runs, today) else _says_days(schedule)
    minute = local.hour * 60 + local.minute
    began = {day for begin, end in runs.hours if (day := _began(begin, end, minute, today))}
    if not began:
        return f"runs from {' and '.join(schedule.hours)}"
    return None if any(_is_day(runs, day) for day in began) else _says_days(schedule)


def not_between(begins: datetime | None, ends: datetime | None, at: datetime) -> str | None:
    """Why a moment is not between two others, the first included; None when it is."""
    if begins is not None and at < begins:
        return f"begins at {print_date_time(begins)}"
    if ends is not None and at >= ends:
        return f"ended at {print_date_time(ends)}"
    return None


def _began(begin: int, end: int, minute: int, today: date) -> date | None:
    """The day on which hours began that a minute of today is in; None when it is in none."""
    if begin < end:
        return today if begin <= minute < end else None
    if minute >= begin:
        return today
    return today - _DAY if minute < end else None


def _is_day(runs: Runs, day: date) -> bool:
    if runs.days and day.weekday() not in runs.days:
        return False
    return runs.calendar is None or day in runs.calendar


def _says_days(schedule: Schedule) -> str:
    days = f" on {', '.join(schedule.days)}" if schedule.days else ""
    calendar = f" on days of {schedule.calendar}" if schedule.calendar else ""
    return f"runs only{days}{calendar}"


def _minutes(hours: str) -> tuple[int, int]:
    """The minutes of the day of "17:00-19:30"."""
    begin, _, end = hours.partition("-")
    return _minute(begin), _minute(end)


def _minute(clock: str) -> int:
    hour, _, minute = clock.strip().partition(":")
    return int(hour) * 60 + int(minute or 0)
