"""How soon a member is told: from an entry that is committed to its notification in the app.

    python -m bench.told [--rate 100] [--seconds 30] [--members 200] [--aim 250]

Starts MongoDB, Valkey, an API process and a worker process over a temporary directory. Each member watches
`notificationReceived` by a WebSocket of their own. Entries are posted at a steady rate, whether or not those
before them have been told, to members at random. The baseline comes first, at the same rate: how soon MongoDB's
change stream alone tells of a committed entry, with nobody behind it; that may be before the poster has heard.
Then everything together, p50, p99 and the most, with where the time goes: until the worker plans the message,
until it stands in the inbox and Redis says so, until the app has it. Exit code 1 when the p99 misses the aim, or
an entry is told not once.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import orjson
import redis.asyncio
import uvloop
from pymongo import MongoClient

from bench.machine import processor_seconds, tell_machine
from bench.people import enrolled, small_programme
from bench.processes import Site, a_worker, an_api
from bench.subscriber import enter
from cache.client import connect as connect_cache
from domain.actors import SYSTEM
from domain.ledger.decide import earn
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.refusals import Refused
from mongo.client import connect, open_database
from mongo.migrate import migrate
from mongo.transactions import Transactions
from resolvers.ids import key_of, read_numbered
from runtime.embedded.servers import EmbeddedServers
from runtime.pace import keep_pace
from runtime.wiring import build_context, system_clock, write_through
from services.context import Context
from services.inbox.watch_inbox import inbox_channel
from services.ledger.poster import Poster, Posting
from services.program.publish_program import publish_program

WATCH = "subscription { notificationReceived { id createdAt subject { id } } }"
WARM_UP = 5.0
PATIENCE = 30.0
Numbered = tuple[str, int]
"""An entry or a row of the inbox: its member and its sequence."""


@dataclass
class Times:
    """When each entry was committed, planned, signalled and told, by the one clock of the machine."""

    committed: dict[Numbered, float] = field(default_factory=dict)
    planned: dict[Numbered, float] = field(default_factory=dict)
    told: dict[Numbered, float] = field(default_factory=dict)
    twice: int = 0
    rows: dict[Numbered, Numbered] = field(default_factory=dict)
    """Which row an entry has made."""
    signals: dict[Numbered, float] = field(default_factory=dict)
    """When Redis said that a row is there."""

    @property
    def signalled(self) -> dict[Numbered, float]:
        """When Redis said that an entry's row is there."""
        return {id: self.signals[row] for id, row in self.rows.items() if row in self.signals}

    def forget(self) -> None:
        """Begins anew."""
        for known in (self.committed, self.planned, self.told, self.rows):
            known.clear()

    def hear(self, _member: str, data: Any, at: float) -> None:
        """What a subscriber was told."""
        notification = data["notificationReceived"]
        id = _numbered("Entry", notification["subject"]["id"])
        self.rows[id] = _numbered("Notification", notification["id"])
        self.twice += id in self.told
        self.told[id] = at
        self.planned[id] = datetime.fromisoformat(notification["createdAt"]).timestamp()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=100, help="entries a second")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--aim", type=float, default=250, help="milliseconds at p99")
    options = parser.parse_args()
    tell_machine("motor", "redis", "uvloop", "uvicorn", "websockets", "strawberry-graphql")
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        return uvloop.run(_measure(servers, Path(directory), options))


async def _measure(servers: EmbeddedServers, home: Path, options: argparse.Namespace) -> int:
    database = open_database(connect(servers.mongodb_uri), "told")
    await migrate(database)
    keep_pace()
    times = Times()
    site = Site(servers, database, home)
    async with AsyncExitStack() as stack:
        context = await stack.enter_async_context(_posting_context(site, times))
        await publish_program(context, SYSTEM, small_programme())
        members = await enrolled(context, options.members)
        baseline = await _baseline(site, context, members, times, options)
        worker = await stack.enter_async_context(a_worker(site))
        api = await stack.enter_async_context(an_api(site))
        for member in members:
            one = await enter(api.port, member, site.token(member), times.hear)
            stack.push_async_callback(one.close)
            await one.ask(WATCH)
        await stack.enter_async_context(_signals(servers.redis_url, members, times))
        await _post(context, members, options.rate, WARM_UP)
        await _all_told(times)
        times.forget()
        pids = {"worker": worker, "API": api.pid, "bench": os.getpid()}
        before = {name: processor_seconds(pid) for name, pid in pids.items()}
        await _post(context, members, options.rate, options.seconds)
        busy = {name: processor_seconds(pid) - before[name] for name, pid in pids.items()}
        await _all_told(times)
    return _tell(times, baseline, busy, options)


@asynccontextmanager
async def _posting_context(site: Site, times: Times) -> AsyncIterator[Context]:
    """A context whose poster notes the moment of each commit, before anything else is done about it."""
    cache = await connect_cache(site.servers.redis_url)
    context = build_context(site.database, cache, system_clock)
    write = write_through(context.balances)

    async def committed(entries: Sequence[Entry]) -> None:
        now = time.time()
        times.committed.update({(entry.member, entry.seq): now for entry in entries})
        await write(entries)

    poster = Poster(context.ledger, Transactions(site.database.client), system_clock, told=committed)
    try:
        yield replace(context, poster=poster)
    finally:
        await poster.close()
        await context.poster.close()
        await context.signals.aclose()
        await cache.aclose()


async def _post(context: Context, members: Sequence[str], rate: float, seconds: float) -> None:
    """Entries at a steady rate: one that takes long keeps none of the next ones waiting."""
    loop, posting = asyncio.get_running_loop(), []
    began = loop.time()
    for number in range(round(rate * seconds)):
        await asyncio.sleep(began + number / rate - loop.time())
        posting.append(asyncio.create_task(context.poster.post(_posting(random.choice(members)))))
    for outcome in await asyncio.gather(*posting):
        if isinstance(outcome, Refused):
            raise TypeError(outcome)


def _posting(member: str) -> Posting:
    key = f"client:{random.randbytes(8).hex()}"

    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = earn(head.after.account("POINTS"), 1, expires_at=None)
        if isinstance(changes, Refused):
            return changes
        line = AwardLine("spend", 1, 1, "1.00 EUR at 1 point for each 1.00: 1")
        return Draft(
            key=key,
            input="0" * 32,
            currency="POINTS",
            kind=EntryKind.EARN,
            changes=changes,
            actor=SYSTEM,
            occurred_at=at,
            effective_at=at,
            lines=(line,),
        )

    return Posting(member, key, "0" * 32, decide)


async def _baseline(
    site: Site, context: Context, members: Sequence[str], times: Times, options: argparse.Namespace
) -> list[float]:
    """Milliseconds from a commit until a bare change stream, in a thread of its own, has the entry."""
    seen: dict[Numbered, float] = {}
    stop = threading.Event()

    def watch() -> None:
        with (
            MongoClient[dict[str, Any]](site.servers.mongodb_uri) as client,
            client[site.database.name]["entries"].watch(max_await_time_ms=250) as stream,
        ):
            opened.set()
            while not stop.is_set():
                change = stream.try_next()
                if change:
                    seen[(change["fullDocument"]["member"], change["fullDocument"]["seq"])] = time.time()

    opened = threading.Event()
    watching = asyncio.create_task(asyncio.to_thread(watch))
    await asyncio.to_thread(opened.wait)
    await _post(context, members, options.rate, options.seconds / 3)
    await _wait_until(lambda: len(seen) >= len(times.committed))
    stop.set()
    await watching
    took = [1_000 * (seen[id] - at) for id, at in times.committed.items()]
    times.forget()
    return took


@asynccontextmanager
async def _signals(url: str, members: Sequence[str], times: Times) -> AsyncIterator[None]:
    """Notes when Redis says that a member has new rows: a signal names the newest of them."""
    async with redis.asyncio.from_url(url) as client, client.pubsub() as listener:
        names = {f"regulars:signal:{inbox_channel(member)}".encode(): member for member in members}
        await listener.subscribe(*names)

        newest: dict[str, int] = {}

        async def listen() -> None:
            async for message in listener.listen():
                if message["type"] == "message" and (seq := orjson.loads(message["data"]).get("seq")):
                    member, now = names[message["channel"]], time.time()
                    times.signals.update({(member, row): now for row in range(newest.get(member, 0) + 1, seq + 1)})
                    newest[member] = seq

        task = asyncio.create_task(listen())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})


async def _all_told(times: Times) -> None:
    await _wait_until(lambda: times.told.keys() >= times.committed.keys())


async def _wait_until(check: Callable[[], bool]) -> None:
    """Or until patience is at its end."""
    for _ in range(round(10 * PATIENCE)):
        if check():
            return
        await asyncio.sleep(0.1)


def _tell(times: Times, baseline: list[float], busy: dict[str, float], options: argparse.Namespace) -> int:
    count = len(times.committed)
    untold = times.committed.keys() - times.told.keys()
    print(
        f"{count:,} entries at {options.rate:g} a second, {options.members} members on as many WebSockets;",
        end=" ",
    )
    print(f"load {os.getloadavg()[0]:.1f}; milliseconds, p50 / p99 / most")
    _line("baseline: committed → a bare change stream", baseline)
    whole = _between(times.committed, times.told)
    p99 = _line("committed → told", whole)
    _line("  committed → planned", _between(times.committed, times.planned))
    _line("  planned → signalled (in words, in the inbox)", _between(times.planned, times.signalled))
    _line("  signalled → told", _between(times.signalled, times.told))
    shares = ", ".join(f"{name} {seconds / options.seconds:.0%}" for name, seconds in busy.items())
    print(f"processor time, of one core: {shares}")
    print(f"not told: {len(untold)}; told twice: {times.twice}; aim {options.aim:g} ms at p99:", end=" ")
    print("met" if p99 <= options.aim else "MISSED")
    return 0 if p99 <= options.aim and not untold and not times.twice else 1


def _numbered(type: str, id: str) -> Numbered:
    found = read_numbered(key_of(type, id) or "")
    if found is None:
        raise ValueError(f"{id} is not of {type}")
    return found


def _between(first: dict[Numbered, float], then: dict[Numbered, float]) -> list[float]:
    return [1_000 * (then[id] - at) for id, at in first.items() if id in then]


def _line(name: str, took: list[float]) -> float:
    cuts = quantiles(took, n=100)
    print(f"  {name:<46} {cuts[49]:7.1f} / {cuts[98]:7.1f} / {max(took):7.1f}")
    return cuts[98]


if __name__ == "__main__":
    sys.exit(main())
