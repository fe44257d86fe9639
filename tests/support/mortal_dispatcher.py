"""Another process that dispatches alerts to a partner, and is killed after so many of its writes.

Run as a module, it is that process; `OtherWorker` starts it and tells it the number and the partner's address.
"""

import asyncio
import sys
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient

from cache.client import connect as connect_cache
from domain.alerts.channel import webhook_provider
from domain.rewards.webhooks import Door
from mongo.client import open_database
from mongo.leases import Leases
from notifications.channels.webhook import WebhookDriver, open_client
from runtime.carriage import notification_id
from runtime.wiring import House, build_context
from runtime.workers.deliveries import NAME, Carriage, deliver_alerts
from tests.support.house import Clock
from tests.support.mortal_worker import Mortal
from tests.support.other_worker import SHORT


async def main(uri: str, name: str, redis_url: str, prefix: str, then: str) -> None:
    writes, url = then.split()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        uri, tz_aware=True, event_listeners=[Mortal(int(writes))]
    )
    database = open_database(client, name)
    cache = await connect_cache(redis_url, prefix=prefix)
    house = House(database, cache, build_context(database, cache, Clock()))
    lease = await Leases(database).acquire(NAME, "other", lasting=SHORT)
    assert lease is not None
    async with open_client() as partner:
        drivers = {webhook_provider("POST"): WebhookDriver(Door(url, bytes(range(32))), partner)}
        await deliver_alerts(house, Carriage(drivers, notification_id), lease, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
