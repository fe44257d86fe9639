"""When rules run: schedules, and the boxes of time of campaigns and challenges."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.program.earning import Campaign, Schedule, Weekday
from domain.time import print_date_time

OnDay = Callable[[date], bool]
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


def is_running(runs: Runs, at: datetime, local: datetime) -> bool:
    """Whether a schedule runs at a moment; `local` is the same in its zone.

    Hours are those that the clock on the wall shows: one that comes twice, as clocks go back, runs twice.
    """
    if not is_between(runs.schedule.begins, runs.schedule.ends, at):
        return False
    today = local.date()
    if not runs.hours:
        return _is_day(runs, today)
    return any(_is_day(runs, day) for day in _days(runs, local))


def not_running(runs: Runs, at: datetime) -> str:
    """Why a schedule does not run at a moment, in words: all of its days and hours, not the ones missed alone."""
    schedule = runs.schedule
    if not is_between(schedule.begins, schedule.ends, at):
        return not_between(schedule.begins, schedule.ends, at)
    days = f" on {', '.join(schedule.days)}" if schedule.days else ""
    calendar = f" on days of {schedule.calendar}" if schedule.calendar else ""
    hours = f" at {' and '.join(schedule.hours)}" if schedule.hours else ""
    return f"runs only{days}{calendar}{hours}"


def is_between(begins: datetime | None, ends: datetime | None, at: datetime) -> bool:
    """Whether a moment is between two others, the first included."""
    return (begins is None or at >= begins) and (ends is None or at < ends)


def not_between(begins: datetime | None, ends: datetime | None, at: datetime) -> str:
    """Why a moment is not between two others, in words."""
    if begins is not None and at < begins:
        return f"begins at {print_date_time(begins)}"
    return f"ended at {print_date_time(ends)}" if ends is not None else ""


def days_of(
    schedule: Schedule | None,
    campaign: Campaign | None,
    calendars: Mapping[str, frozenset[date]],
    zone: ZoneInfo,
) -> OnDay | None:
    """Tells days of the zone on which a rule may run at some time from those on which it surely does not.

    None: it may on all days.
    """
    runs = runs_of(schedule, calendars)
    bounds = [(box.begins, box.ends) for box in (schedule, campaign) if box and (box.begins or box.ends)]
    if not bounds and (runs is None or not (runs.days or runs.calendar is not None)):
        return None
    first = max((begins.astimezone(zone).date() for begins, _ in bounds if begins), default=date.min)
    last = min((ends.astimezone(zone).date() for _, ends in bounds if ends), default=date.max)
    return lambda day: first <= day <= last and (runs is None or _may_run(runs, day))


def _may_run(runs: Runs, day: date) -> bool:
    """Whether there are hours of a day on which a schedule runs: its own, or those that began the day before."""
    return _is_day(runs, day) or (any(end <= begin for begin, end in runs.hours) and _is_day(runs, day - _DAY))


def _days(runs: Runs, local: datetime) -> list[date]:
    """The days on which hours began that a moment is in."""
    minute, today = local.hour * 60 + local.minute, local.date()
    return [day for begin, end in runs.hours if (day := _began(begin, end, minute, today))]


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


def _minutes(hours: str) -> tuple[int, int]:
    """The minutes of the day of "17:00-19:30"."""
    begin, _, end = hours.partition("-")
    return _minute(begin), _minute(end)


def _minute(clock: str) -> int:
    hour, _, minute = clock.strip().partition(":")
    return int(hour) * 60 + int(minute or 0)
