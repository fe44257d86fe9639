"""From when to when a simulation looks."""

from dataclasses import dataclass
from datetime import datetime

from domain.refusals import Refused, invalid


@dataclass(frozen=True, slots=True)
class Span:
    """Events of `begin` <= occurredAt < `until`; `begin` None: from the first one on, which was at `first`."""

    begin: datetime | None
    first: datetime
    until: datetime


def refuse_span(begin: datetime | None, until: datetime | None, now: datetime) -> Refused | None:
    """INVALID_INPUT for times without an offset, a beginning that lies ahead, or an end not behind it."""
    for name, moment in (("from", begin), ("to", until)):
        if moment is not None and moment.tzinfo is None:
            return invalid("A time needs its offset, such as 2026-01-31T18:00:00Z.", name)
    if begin is not None and begin > now:
        return invalid("Nothing has happened yet from then on.", "from")
    if begin is not None and until is not None and until <= begin:
        return invalid("The end lies before the beginning.", "to")
    return None
