"""What a driver is: it carries one parcel to one address, and says what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from domain.inbox.message import NotificationKind


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything a driver needs. `id` is the same for every attempt, and what the receiver tells doubles by.

    `to`: a device's token, an e-mail address, a telephone number (E.164); empty for a partner's server, which is
    an address by itself. `notification`: the message's global id in the API, for the link. `seq`: its place in the
    member's inbox. `unsubscribe`: where one click ends such mails; None where there is no such place.
    """

    id: UUID
    to: str = field(repr=False)
    member: str
    notification: str
    seq: int
    kind: NotificationKind
    title: str = field(repr=False)
    body: str = field(repr=False)
    locale: str
    created_at: datetime
    expires_at: datetime
    now: datetime
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    urgent: bool = False
    unsubscribe: str | None = field(default=None, repr=False)
    program: str = ""
    """The programme's name, as members know it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it. `answer` is for people: a status, an id of theirs; never an address."""

    answer: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. `after`: no sooner, as they asked. `down`: they seem to be away altogether, so that others need not
    be tried either until they are back."""

    answer: str
    after: timedelta | None = None
    down: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """It will never be taken as it is: a dead letter, for staff to look at."""

    answer: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The address reaches nobody any more: a device is forgotten, a bounce is recorded."""

    answer: str


Outcome = Sent | Retry | Failed | Gone


class Driver(Protocol):
    """Carries parcels of one provider. `send` raises nothing that a provider can cause: what cannot be reached, or
    answers what no one understands, is a Retry or Failed. `at_once`: how many it carries at a time."""

    at_once: int

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt, within the driver's own time limit."""

    async def check(self) -> str | None:
        """What is wrong with its address or credentials, for people, without a secret in it; None when they work.
        It sends nothing to anybody."""
