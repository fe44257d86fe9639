"""All that an event is judged by: the programme, the member as they stood, and what is left of shared caps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from domain.earning.events.event import Event
from domain.ledger.state import State
from domain.program.levels import Tier
from domain.program.program import Program

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_NO_ROOM: Mapping[str, int] = MappingProxyType({})


class Person(NamedTuple):
    """What expressions may know of a member beside the ledger. `joined_on` is a day of the programme's zone.

    `devices` and `payments` are opaque hints of what the member was seen with, to tell a friend from oneself.
    """

    joined_on: date
    birthday: date | None = None
    locale: str = "en"
    region: str = ""
    referred: bool = False
    profile: Mapping[str, Any] = _NOTHING
    devices: frozenset[str] = frozenset()
    payments: frozenset[str] = frozenset()


class Referrer(NamedTuple):
    """Who brought the member: hints as a `Person` has them, and how many friends counted before this one, in all
    and in the month of the event."""

    devices: frozenset[str] = frozenset()
    payments: frozenset[str] = frozenset()
    made: int = 0
    made_this_month: int = 0


@dataclass(frozen=True, slots=True)
class Circumstances:
    """An event, and what stood when it came.

    `state`: the member's, settled, before anything of the event. `tier`: theirs at the time of the event. `room`:
    what is left of each cap of everyone, by its id; one that is not in it leaves all.
    """

    program: Program
    event: Event
    state: State
    person: Person
    tier: Tier
    room: Mapping[str, int] = field(default_factory=lambda: _NO_ROOM)
    referrer: Referrer | None = None
