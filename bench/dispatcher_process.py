"""A process that does nothing but dispatch alerts to one partner's server, whenever nobody else does.

    python -m bench.dispatcher_process <mongodb> <database> <redis> <prefix> <url>

It says `begun` each time it has the lease.
"""

import asyncio
import sys
from datetime import timedelta

import uvloop

from cache.client import connect as connect_cache
from domain.alerts.channel import webhook_provider
from domain.rewards.webhooks import Door
from mongo.client import connect, open_database
from mongo.faults import StoreUnavailable
from mongo.leases import Lease, Leases
from notifications.channels.webhook import WebhookDriver, open_client
from runtime.carriage import notification_id
from runtime.pace import keep_pace
from runtime.wiring import House, build_context
from runtime.workers.deliveries import NAME, Carriage, deliver_alerts
from runtime.workers.follower import Outdone
from runtime.workers.holding import while_holding

LASTING = timedelta(seconds=1)
"""Of its lease: so long nobody sends after a kill."""
PARTNER = "counter"
KEY = bytes(range(32))


async def main(uri: str, name: str, redis_url: str, prefix: str, url: str) -> None:
    """Until it is killed."""
    database = open_database(connect(uri), name)
    cache = await connect_cache(redis_url, prefix=prefix)
    house = House(database, cache, build_context(database, cache))
    keep_pace()
    async with open_client() as client:
        drivers = {webhook_provider(PARTNER.upper()): WebhookDriver(Door(url, KEY), client)}
        carriage = Carriage(drivers, notification_id)

        async def work(lease: Lease) -> None:
            print("begun", flush=True)
            await deliver_alerts(house, carriage, lease, asyncio.Event())

        while True:
            try:
                await while_holding(Leases(database), NAME, work, lasting=LASTING)
            except (Outdone, StoreUnavailable) as fault:
                print(type(fault).__name__, flush=True)
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
