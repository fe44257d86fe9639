"""Another process that follows under a lease, and is stopped with the entries in its hands, before their effect.

Run as a module, it is that process; `OtherWorker` starts it and tells it the follower's name.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from cache.client import connect as connect_cache
from domain.ledger.entry import Entry
from mongo.checkpoints import Checkpoints
from mongo.client import connect, open_database
from mongo.leases import Leases
from mongo.streams import Streams
from runtime.wiring import build_context
from runtime.workers.accounts import AccountsFollower
from runtime.workers.follower import Log, Outdone, follow
from runtime.workers.inbox import InboxFollower
from tests.support.house import Clock
from tests.support.other_worker import SHORT


def _stop_here() -> None:
    print("stopped", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)


class _Accounts(AccountsFollower):
    async def apply(self, entries: Sequence[Entry]) -> None:
        _stop_here()
        await super().apply(entries)


class _Inbox(InboxFollower):
    async def apply(self, entries: Sequence[Entry]) -> None:
        _stop_here()
        await super().apply(entries)


async def main(uri: str, name: str, redis_url: str, prefix: str, follower: str) -> None:
    database = open_database(connect(uri), name)
    cache = await connect_cache(redis_url, prefix=prefix)
    context = build_context(database, cache, Clock())
    lease = await Leases(database).acquire(follower, "other", lasting=SHORT)
    assert lease is not None
    log = Log(Streams(database), Checkpoints(database), Clock())
    make = {one.name: one for one in (_Accounts, _Inbox)}[follower]
    try:
        await follow(log, make(context), lease, asyncio.Event())
    except Outdone:
        print("outdone", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
