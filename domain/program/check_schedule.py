"""What the schedule of a rule must hold."""

import re

from domain.program.earning import Schedule
from domain.program.flaws import Flaw, Flaws, Path, a_window, known, unique
from domain.program.program import Program

MAX_HOURS = 24
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")


def check_schedule(at: Path, schedule: Schedule | None, program: Program) -> Flaws:
    """Every flaw of a schedule; None is not looked at."""
    if schedule is None:
        return
    yield from a_window(at, schedule.begins, schedule.ends, ("begins", "ends"))
    yield from unique(((*at, "days", index), day) for index, day in enumerate(schedule.days))
    yield from _check_hours((*at, "hours"), schedule.hours)
    yield from known((*at, "calendar"), schedule.calendar, "calendar", (one.code for one in program.calendars))


def _check_hours(at: Path, hours: tuple[str, ...]) -> Flaws:
    if len(hours) > MAX_HOURS:
        yield Flaw(at, f"must be at most {MAX_HOURS}, are {len(hours)}")
    for index, stretch in enumerate(hours):
        if not _HOURS.fullmatch(stretch):
            yield Flaw((*at, index), f"must be hours such as 17:00-19:30, is {stretch!r}")
        elif stretch[:5] == stretch[6:]:
            yield Flaw((*at, index), f"must not end when it begins, is {stretch!r}; a whole day is 00:00-24:00")
    yield from unique(((*at, index), stretch) for index, stretch in enumerate(hours))
