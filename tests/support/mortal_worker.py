"""Another process that follows the consequences of entries, and is killed after so many of its writes.

Run as a module, it is that process; `OtherWorker` starts it and tells it the number.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from cache.client import connect as connect_cache
from mongo.checkpoints import Checkpoints
from mongo.client import open_database
from mongo.leases import Leases
from mongo.streams import Streams
from runtime.wiring import build_context
from runtime.workers.derived import DerivedFollower
from runtime.workers.follower import Log, follow
from tests.support.house import Clock
from tests.support.other_worker import SHORT

_WRITES = frozenset({"insert", "update", "delete", "findAndModify", "commitTransaction"})


class Mortal(CommandListener):
    """Ends the process as the server answers its last write: what stands stands, and nobody hears of it."""

    def __init__(self, writes: int) -> None:
        self._left = writes

    def started(self, event: CommandStartedEvent) -> None:
        """Nothing to count."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        if event.command_name in _WRITES:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to count."""


async def main(uri: str, name: str, redis_url: str, prefix: str, writes: str) -> None:
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        uri, tz_aware=True, event_listeners=[Mortal(int(writes))]
    )
    database = open_database(client, name)
    context = build_context(database, await connect_cache(redis_url, prefix=prefix), Clock())
    lease = await Leases(database).acquire(DerivedFollower.name, "other", lasting=SHORT)
    assert lease is not None
    stop = asyncio.Event()
    await follow(Log(Streams(database), Checkpoints(database), Clock()), DerivedFollower(context), lease, stop)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
