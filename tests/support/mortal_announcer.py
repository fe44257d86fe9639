"""Another process that sends announcements, and is killed after so many of its writes.

Run as a module, it is that process; `OtherWorker` starts it and tells it the number.
"""

import asyncio
import sys
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient

from cache.client import connect as connect_cache
from mongo.client import open_database
from mongo.leases import Leases
from runtime.wiring import build_context
from runtime.workers.announcements import NAME
from services.alerts.send_announcement import send_announcement
from tests.support.house import Clock
from tests.support.mortal_worker import Mortal
from tests.support.other_worker import SHORT

PAGE = 5
"""Members at a time."""


async def main(uri: str, name: str, redis_url: str, prefix: str, writes: str) -> None:
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        uri, tz_aware=True, event_listeners=[Mortal(int(writes))]
    )
    database = open_database(client, name)
    context = build_context(database, await connect_cache(redis_url, prefix=prefix), Clock())
    lease = await Leases(database).acquire(NAME, "other", lasting=SHORT)
    assert lease is not None
    taken = await context.announcements.take(lease.fence, now=context.clock())
    assert taken is not None
    await send_announcement(context, taken, lease.fence, leave=lambda: False, page=PAGE)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
