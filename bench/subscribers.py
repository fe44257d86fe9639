"""What idle subscribers cost one API process, and how long a message to all of them takes.

    python -m bench.subscribers [--subscribers 5000] [--rounds 3]

Starts MongoDB, Valkey and an API process over a temporary directory. Each subscriber is a member of their own
who watches `notificationReceived` by a WebSocket of their own. Prints the memory of the API process before and
after, and by each of them; its processor time while nothing happens; then, for each round, a row is put into
every inbox as a worker does it, and the seconds until the rows stand and until the last subscriber was told. The
baselines: memory of as many sockets that have subscribed to nothing, and as many inserts by the driver alone.
Exit code 1 when somebody was not told, or told twice.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import uvloop

from bench.machine import allow_files, processor_seconds, resident_mb, tell_machine
from bench.people import enrolled, small_programme
from bench.processes import Api, Site, an_api
from bench.subscriber import Subscriber, enter
from cache.client import connect as connect_cache
from domain.actors import SYSTEM
from domain.inbox.message import Message, NotificationKind
from mongo.client import Database, connect, open_database
from mongo.inbox import INDEXES
from mongo.migrate import migrate
from runtime.embedded.servers import EmbeddedServers
from runtime.pace import keep_pace
from runtime.wiring import build_context, system_clock
from services.context import Context
from services.inbox.deliver import deliver
from services.program.publish_program import publish_program

WATCH = "subscription { notificationReceived { id title } }"
AT_ONCE = 50
"""How many connect at a time."""
IDLE = 10.0
QUIET = 0.1
"""Of a second."""
PATIENCE = 300.0
FILES_BESIDES = 500


class Ears:
    """What subscribers hear."""

    def __init__(self) -> None:
        self.told: Counter[str] = Counter()
        self.at: list[float] = []

    def hear(self, member: str, _data: Any, at: float) -> None:
        """A subscriber was told."""
        self.told[member] += 1
        self.at.append(at)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    allow_files(options.subscribers + FILES_BESIDES)
    tell_machine("motor", "redis", "uvloop", "uvicorn", "websockets", "strawberry-graphql")
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        return uvloop.run(_measure(servers, Path(directory), options.subscribers, options.rounds))


async def _measure(servers: EmbeddedServers, home: Path, count: int, rounds: int) -> int:
    database = open_database(connect(servers.mongodb_uri), "subscribers")
    await migrate(database)
    keep_pace()
    cache = await connect_cache(servers.redis_url)
    context = build_context(database, cache, system_clock)
    site, ears = Site(servers, database, home), Ears()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(cache.aclose)
        stack.push_async_callback(context.signals.aclose)
        stack.push_async_callback(context.poster.close)
        await publish_program(context, SYSTEM, small_programme())
        members = await enrolled(context, count + 1)
        api = await stack.enter_async_context(an_api(site))
        # Whatever a process loads when the first one comes is no cost of each.
        warm = await _connect(stack, api, site, [members.pop()], ears)
        await warm[0].ask(WATCH)
        await _tell_memory(stack, api, site, members, ears)
        await _tell_idle(api, count)
        sound = [await _broadcast(context, api, members, ears, number) for number in range(rounds)]
        await _tell_baseline(database, members)
    return 0 if all(sound) else 1


async def _connect(
    stack: AsyncExitStack, api: Api, site: Site, members: Sequence[str], ears: Ears
) -> list[Subscriber]:
    free = asyncio.Semaphore(AT_ONCE)

    async def one(member: str) -> Subscriber:
        async with free:
            return await enter(api.port, member, site.token(member), ears.hear)

    subscribers = await asyncio.gather(*(one(member) for member in members))
    stack.push_async_callback(_close, subscribers)
    return subscribers


async def _close(subscribers: Sequence[Subscriber]) -> None:
    await asyncio.gather(*(one.close() for one in subscribers))


async def _tell_memory(stack: AsyncExitStack, api: Api, site: Site, members: Sequence[str], ears: Ears) -> None:
    count, before, began = len(members), resident_mb(api.pid), time.perf_counter()
    subscribers = await _connect(stack, api, site, members, ears)
    connected, took = resident_mb(api.pid), time.perf_counter() - began
    print(f"{count:,} sockets in {took:.1f} s: {before:,.0f} MB before, {connected:,.0f} MB with them;", end=" ")
    print(f"baseline: {1_024 * (connected - before) / count:.1f} kB a socket that watches nothing")
    began = time.perf_counter()
    await asyncio.gather(*(one.ask(WATCH) for one in subscribers))
    # A ping is answered behind the subscription that was asked for before it.
    await asyncio.gather(*(one.ponged() for one in subscribers))
    await _settled(api.pid)
    after, took = resident_mb(api.pid), time.perf_counter() - began
    print(f"  subscribed in {took:.1f} s: {after:,.0f} MB, {1_024 * (after - before) / count:.1f} kB a subscriber")


async def _settled(pid: int) -> None:
    """Waits until a process does hardly anything more: who has subscribed begins to listen after that."""
    for _ in range(round(PATIENCE)):
        busy = processor_seconds(pid)
        await asyncio.sleep(1)
        if processor_seconds(pid) - busy < QUIET:
            return


async def _tell_idle(api: Api, count: int) -> None:
    busy = processor_seconds(api.pid)
    await asyncio.sleep(IDLE)
    share = (processor_seconds(api.pid) - busy) / IDLE
    print(f"  idle: {share:.1%} of a core for {count:,}; {resident_mb(api.pid):,.0f} MB")


async def _broadcast(context: Context, api: Api, members: Sequence[str], ears: Ears, number: int) -> bool:
    """A row to each member, as the worker puts them."""
    ears.told.clear()
    ears.at.clear()
    now = datetime.now(UTC)
    messages = [_message(member, number, now) for member in members]
    busy, began = processor_seconds(api.pid), time.time()
    await deliver(context, messages)
    stood = time.time() - began
    for _ in range(round(10 * PATIENCE)):
        if len(ears.told) == len(members):
            break
        await asyncio.sleep(0.1)
    took = [at - began for at in ears.at]
    busy = processor_seconds(api.pid) - busy
    twice = sum(times > 1 for times in ears.told.values())
    print(f"  a message to all: rows stand after {stood:.2f} s; told", end=" ")
    print(f"p50 {quantiles(took, n=100)[49]:.2f} s, the last {max(took):.2f} s;", end=" ")
    print(f"{1_000 * busy / len(members):.2f} ms of the API's processor each; load {os.getloadavg()[0]:.1f}")
    if len(ears.told) != len(members) or twice:
        print(f"  NOT TOLD: {len(members) - len(ears.told):,}; TOLD TWICE: {twice:,}")
        return False
    return True


def _message(member: str, number: int, now: datetime) -> Message:
    return Message(
        member=member,
        key=f"announcement:{number}",
        kind=NotificationKind.ANNOUNCEMENT,
        template="announcement",
        values={"title": "We are open", "body": "The shop is open on Sunday."},
        created_at=now,
        data={"announcement": str(number)},
    )


async def _tell_baseline(database: Database, members: Sequence[str]) -> None:
    """The same number of rows of the same kind, by the driver alone."""
    rows = await database["inbox"].find({}).limit(len(members)).to_list(None)
    plain = database["plain"]
    await plain.create_indexes(INDEXES)
    began = time.perf_counter()
    for start in range(0, len(rows), 500):
        await plain.insert_many(rows[start : start + 500], ordered=False)
    print(f"  baseline: insert_many of the same rows {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    sys.exit(main())
