"""The one worker by whom alerts leave the house: it routes what stands in inboxes, and tells each address."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.inbox.message import InboxRow
from mongo.checkpoints import Checkpoints
from mongo.deliveries import Change, Deliveries, Overtaken
from mongo.delivery_counts import DeliveryCounts
from mongo.leases import Lease
from notifications.channels.driver import Driver
from notifications.delivery.dispatcher import Dispatcher
from notifications.delivery.stores import Stores, no_link
from runtime.wiring import House
from runtime.workers.follower import Outdone

NAME = "deliveries"


@dataclass(frozen=True, slots=True)
class Carriage:
    """What carries alerts: `drivers` by the name of their provider; `id_of` names a row of the inbox in the API;
    `unsubscribe` answers where one click ends a member's mails."""

    drivers: Mapping[str, Driver]
    id_of: Callable[[InboxRow], str]
    unsubscribe: Callable[[str], Awaitable[str | None]] = no_link


async def deliver_alerts(house: House, carriage: Carriage, lease: Lease, stop: asyncio.Event) -> None:
    """Routes and sends until `stop`, then lets what is on its way land. Raises Outdone and faults of the store."""
    if await Checkpoints(house.database).claim(lease) is None:
        raise Outdone(lease.name)
    try:
        await Dispatcher(stores_of(house, carriage), carriage.drivers, lease.fence).run(stop)
    except Overtaken as fault:
        raise Outdone(lease.name) from fault


def stores_of(house: House, carriage: Carriage) -> Stores:
    """What routing and dispatching work with, of this process."""
    context, counts = house.context, DeliveryCounts(house.database)

    async def seen(changes: Sequence[Change]) -> None:
        ended = [change.becomes for change in changes]
        await counts.add(ended, context.clock())

    async def stopped(ids: Collection[str]) -> frozenset[str]:
        return await context.announcements.stopped(ids, now=context.clock())

    return Stores(
        clock=context.clock,
        deliveries=Deliveries(house.database),
        inbox=context.inbox,
        members=context.members,
        programs=context.programs,
        devices=context.devices,
        preferences=context.preferences,
        say=context.say,
        id_of=carriage.id_of,
        texts=context.templates.current,
        unsubscribe=carriage.unsubscribe,
        stopped=stopped,
        seen=seen,
    )
