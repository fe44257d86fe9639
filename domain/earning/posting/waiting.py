"""Awards that wait: whether an event's does, until when, and what of it still does."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.earning.events.event import Event
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Pending
from domain.program.earning import Waits
from domain.program.program import Program
from domain.time import day_start


def waits(program: Program, event: Event, *, own: Waits | None = None) -> bool:
    """Whether what the event earns cannot be spent at once; `own` is a rule's, which then goes alone."""
    if own is not None:
        return own.days != 0
    return program.pending is not None and event.type in program.pending.on


def releases_at(program: Program, event: Event, *, own: Waits | None = None) -> datetime | None:
    """The first instant, in UTC, at which an award that waits can be spent; None: an event must release it.

    It is the end, in the programme's zone, of the day that is so many days after the event's: the programme's, or
    those that a rule has for its `own`.
    """
    policy = own or program.pending
    if policy is None or policy.days is None:
        return None
    day = event.occurred_at.astimezone(program.zone).date()
    return day_start(day + timedelta(days=policy.days + 1), program.zone)


def releases(program: Program, event_type: str) -> bool:
    """Whether an event of this type releases the award of the order it names."""
    return program.pending is not None and event_type in program.pending.released_on


def still_waiting(award: Entry, later: Iterable[Entry], at: datetime) -> Pending | None:
    """What of an award waits at `at`; None when nothing does. `later` are all entries that name it so far.

    A delivery releases all that waits, a reversal takes of its own award first, and its date releases the rest:
    so nothing else of the member's past is needed.
    """
    for part in award.changes.pending:
        if part.releases_at is not None and part.releases_at <= at:
            return None
        taken = 0
        for entry in later:
            if entry.kind is EntryKind.RELEASE:
                return None
            taken += entry.changes.waiting
        left = part._replace(points=part.points + taken)
        return left if left.points else None
    return None
