"""Awards that wait: whether an event's does, and until when."""

from datetime import datetime, timedelta

from domain.earning.event import Event
from domain.program.program import Program
from domain.time import day_start


def waits(program: Program, event: Event) -> bool:
    """Whether what the event earns cannot be spent at once."""
    return program.pending is not None and event.type in program.pending.on


def releases_at(program: Program, event: Event) -> datetime | None:
    """The first instant, in UTC, at which an award that waits can be spent; None: an event must release it.

    It is the end, in the programme's zone, of the day that is the programme's days after the event's.
    """
    if program.pending is None or program.pending.days is None:
        return None
    day = event.occurred_at.astimezone(program.zone).date()
    return day_start(day + timedelta(days=program.pending.days + 1), program.zone)


def releases(program: Program, event_type: str) -> bool:
    """Whether an event of this type releases the award of the order it names."""
    return program.pending is not None and event_type in program.pending.released_on
