"""Alerts that leave the house in tests: drivers that answer as they are told, and a dispatcher to run by hand."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.alerts.channel import Channel, Provider
from domain.alerts.delivery import Delivery, DeliveryState
from domain.alerts.device import Device, DevicePlatform
from domain.inbox.message import Message, NotificationKind
from domain.members.member import Member
from domain.program.alerts import Alerts, Digest, Route
from mongo.deliveries import Deliveries
from notifications.channels.driver import Driver, Outcome, Parcel, Sent
from notifications.delivery.dispatcher import Dispatcher
from notifications.delivery.stores import Stores
from runtime.carriage import notification_id
from runtime.wiring import House
from runtime.workers.deliveries import Carriage, stores_of
from tests.support.eventually import eventually
from tests.support.house import NOON

HANGS = "hangs"
LOUD = Alerts(quiet_hours=None, caps=(), digest=None)
"""Nothing is held back."""


@dataclass(slots=True)
class Post:
    """A driver that keeps what it carries. `answers` are given in their order, then Sent for ever; HANGS waits
    until `let_go`."""

    at_once: int = 5
    answers: list[Outcome | str] = field(default_factory=list)
    carried: list[Parcel] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, parcel: Parcel) -> Outcome:
        """As told."""
        self.carried.append(parcel)
        answer = self.answers.pop(0) if self.answers else Sent("ok")
        if isinstance(answer, str):
            await self.let_go.wait()
            return Sent("ok, at last")
        return answer

    async def check(self) -> str | None:
        """Always well."""
        return None

    @property
    def seqs(self) -> list[int]:
        """The rows that were carried, in their order."""
        return [parcel.seq for parcel in self.carried]


@dataclass(slots=True)
class Posting:
    """Everything that alerts need to leave the house, over one database; half of the jitter."""

    house: House
    drivers: Mapping[str, Driver]
    stores: Stores
    fence: int = 1

    @property
    def deliveries(self) -> Deliveries:
        """All of them."""
        return self.stores.deliveries

    async def tell(self, *messages: Message) -> None:
        """Puts messages into their inboxes as they are."""
        await self.stores.inbox.put_many(messages)

    async def through(self) -> None:
        """Routes and dispatches until nothing is left that could be done now."""
        async with self.running() as dispatcher:
            await eventually(lambda: self.is_idle(dispatcher))

    async def is_idle(self, dispatcher: Dispatcher) -> bool:
        """Whether nothing is to be routed, looked at or carried at this moment."""
        now = self.stores.clock()
        waiting = await self.stores.inbox.unrouted(limit=1)
        due = await self.deliveries.any_due(self.drivers.keys(), now)
        return not waiting and not due and not dispatcher.flying

    @asynccontextmanager
    async def running(self, *, fence: int | None = None, grace: float = 5.0) -> AsyncIterator[Dispatcher]:
        """A dispatcher works within the block."""
        stop, number = asyncio.Event(), fence or self.fence
        dispatcher = Dispatcher(self.stores, self.drivers, number, jitter=lambda: 0.5, every=0.01, grace=grace)
        task = asyncio.create_task(dispatcher.run(stop))
        stopping = asyncio.create_task(stop.wait())
        try:
            yield dispatcher
        finally:
            stop.set()
            await stopping
            await task

    async def all(self) -> list[Delivery]:
        """Every delivery, in the order of rows and ids."""
        rows = await self.house.database["deliveries"].find({}, {"_id": 1}).to_list(None)
        found = await self.deliveries.get_many([row["_id"] for row in rows])
        return sorted(found.values(), key=lambda one: (one.seq, one.id))

    async def states(self) -> list[DeliveryState]:
        """What became of each, in that order."""
        return [delivery.state for delivery in await self.all()]

    async def only(self) -> Delivery:
        """The one that there is."""
        (delivery,) = await self.all()
        return delivery


def posting(house: House, drivers: Mapping[str, Driver], **changes: Any) -> Posting:
    """With these drivers."""
    stores = stores_of(house, Carriage(drivers, notification_id))
    return Posting(house, drivers, replace(stores, **changes))


def loud(*channels: Channel, kind: NotificationKind = NotificationKind.POINTS_CHANGED, **changes: Any) -> Alerts:
    """A programme's alerts by which a kind goes to these channels alone, and nothing is held back."""
    return replace(LOUD, **({"routes": (Route(kind, channels),)} | changes))


def news(
    member: Member | str,
    number: int = 1,
    *,
    kind: NotificationKind = NotificationKind.POINTS_CHANGED,
    at: datetime = NOON,
    urgent: bool = False,
    **data: Any,
) -> Message:
    """A message as it stands in the inbox."""
    return Message(
        member=member if isinstance(member, str) else member.id,
        key=f"entry:{number}:points",
        kind=kind,
        template="points_earned",
        values={},
        created_at=at,
        data=data,
        urgent=urgent,
        title=f"Title {number}",
        body=f"Body {number}",
    )


def earned(member: Member | str, number: int, points: int, *, at: datetime = NOON) -> Message:
    """A message of points that were earned, which a digest may put together."""
    return news(member, number, at=at, news="EARNED", points=points, currency="POINTS")


def a_device(member: Member | str, number: int = 1, platform: DevicePlatform = DevicePlatform.IOS) -> Device:
    """One of a member's telephones."""
    id = member if isinstance(member, str) else member.id
    return Device(f"d{number}-{id}", id, platform, f"token-{number}", NOON, NOON)


MINUTES = Digest(60)
APNS, SMTP, SMS = Provider.APNS.value, Provider.SMTP.value, Provider.SMS.value
