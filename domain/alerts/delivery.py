"""One message on its way to one address, and everything that happened to it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from domain.alerts.channel import Channel
from domain.inbox.message import NotificationKind

FORMER: Final = "former"
"""In place of a device: the member's e-mail address of before, which the message names."""
MAX_STEPS: Final = 40
"""How much of a delivery's history is kept, the newest of it."""


class DeliveryState(StrEnum):
    """WAITING: to be sent, at once or later. SENT: the provider has it. DEAD: given up, until staff try again.
    DROPPED: it was not to be sent after all, and `why` says why not. MERGED: told by a later one of the same lane,
    that a digest made."""

    WAITING = "WAITING"
    SENT = "SENT"
    DEAD = "DEAD"
    DROPPED = "DROPPED"
    MERGED = "MERGED"


class Why(StrEnum):
    """Why a delivery waits, or was dropped."""

    # it waits
    QUIET_HOURS = "QUIET_HOURS"
    DIGEST = "DIGEST"
    ESCALATION = "ESCALATION"
    RETRY = "RETRY"
    ORDER = "ORDER"
    PROVIDER_DOWN = "PROVIDER_DOWN"
    # it was dropped
    NOT_WANTED = "NOT_WANTED"
    UNSUBSCRIBED = "UNSUBSCRIBED"
    NO_CONSENT = "NO_CONSENT"
    CAPPED = "CAPPED"
    READ = "READ"
    STOPPED = "STOPPED"
    NO_ADDRESS = "NO_ADDRESS"
    BOUNCED = "BOUNCED"
    TOO_LATE = "TOO_LATE"
    NOT_ACTIVE = "NOT_ACTIVE"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: a word for machines (a state, a Why, `ATTEMPT`, `REPLAYED`) and what the provider
    answered, without anything personal."""

    at: datetime
    what: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address. `id` never changes: planning the same again makes the same, and sending it twice
    shows the receiver the same `provider_id`.

    `seq`, `key`: the row of the inbox whose words are sent. `device`: the id of a device, or FORMER; None where
    the address is the member's own e-mail, telephone number or a partner's server. `next_at`: when it is to be
    looked at, or sent again. `until`: when it is too late. `urgent`: no cap holds it back. `attempts` counts those
    begun since it was planned, or since staff tried again. `fence`: the number of the worker who last booked it,
    `booked_at`: when. `escalated`: it follows a push that was not read. `bundle`: what a digest may put together
    with others of the same word, a currency; None: it is always told by itself. `merged`: the rows that this one
    tells, too.
    """

    id: str
    member: str
    seq: int
    key: str
    kind: NotificationKind
    channel: Channel
    provider: str
    state: DeliveryState
    created_at: datetime
    next_at: datetime
    until: datetime
    device: str | None = None
    urgent: bool = False
    why: Why | None = None
    attempts: int = 0
    fence: int | None = None
    booked_at: datetime | None = None
    sent_at: datetime | None = None
    escalated: bool = False
    bundle: str | None = None
    merged: tuple[int, ...] = ()
    steps: tuple[Step, ...] = field(default=())

    @property
    def lane(self) -> str:
        """Deliveries of one lane are sent one after the other, in the inbox's order. What waits for a push to be
        read has a lane of its own: nobody waits behind it."""
        lane = f"{self.member}:{self.kind.value}:{self.channel.value}:{self.device or self.provider}"
        return f"{lane}:escalated" if self.escalated else lane

    def after(self, step: Step) -> "Delivery":
        """With one more thing that happened; the oldest is forgotten beyond MAX_STEPS."""
        return replace(self, steps=(*self.steps, step)[-MAX_STEPS:])


def delivery_id(member: str, key: str, channel: Channel, place: str) -> str:
    """The stable key of a message on a channel to a place: a device's id, else the provider's name."""
    return f"{member}:{key}:{channel.value}:{place}"


def provider_id(delivery: str) -> UUID:
    """What providers and receivers know it by: the same for every attempt, and telling nothing of the member."""
    return UUID(bytes=sha256(delivery.encode()).digest()[:16], version=5)
