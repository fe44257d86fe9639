"""What one operation costs as the ledger grows from 10 thousand entries to 5 million.

    python -m bench.growth [--sizes 10000,100000,1000000,5000000] [--plot docs/growth.svg]

Starts MongoDB and Valkey of its own over a temporary directory. The ledger is filled with copies of one member's
50 entries under random member ids; at each size the same operations are measured on members drawn at random over
all of it, with nothing of them in the process or in Redis.
"""

import argparse
import asyncio
import multiprocessing
import os
import platform
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import uvloop
from bson import encode
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from bench.plot import Series, write_plot
from cache.client import connect as connect_cache
from domain.actors import SYSTEM
from domain.ledger.decide import earn, redeem
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide, follow
from domain.refusals import Refused
from mongo.client import connect, open_database
from mongo.entry_documents import document_of
from mongo.migrate import migrate
from runtime.embedded.servers import EmbeddedServers
from runtime.wiring import build_context
from services.context import Context
from services.ledger.poster import Posted, Posting

HISTORY = 50
CALLERS = 64
PLACEHOLDER = "0" * 20
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
BEGIN = datetime(2026, 1, 5, 12, tzinfo=UTC)


def main() -> None:
    """Fills, measures, prints and plots."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000,5000000")
    parser.add_argument("--operations", type=int, default=4_000, help="of each kind at each size")
    parser.add_argument("--plot", type=Path, help="write the curves to this SVG file")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        results = uvloop.run(_grow(servers, sizes, options.operations))
    if options.plot:
        names = list(results[sizes[0]])
        series = [Series(name, [(size, results[size][name]) for size in sizes]) for name in names]
        write_plot(options.plot, series, title="Cost of one operation", x="entries in the ledger", y="µs")


async def _grow(servers: EmbeddedServers, sizes: Sequence[int], operations: int) -> dict[int, dict[str, float]]:
    client = connect(servers.mongodb_uri)
    database = open_database(client, "bench")
    await migrate(database)
    cache = await connect_cache(servers.redis_url)
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    names = ("motor", "pymongo", "redis", "uvloop")
    print(f"versions: Python {platform.python_version()}, " + ", ".join(f"{n} {version(n)}" for n in names))
    results: dict[int, dict[str, float]] = {}
    there = 0
    for size in sizes:
        _fill(servers.mongodb_uri, there // HISTORY, size // HISTORY)
        there = size
        context = build_context(database, cache)
        results[size] = await _measure(context, size // HISTORY, operations)
        told = ", ".join(f"{name} {cost:,.0f} µs" for name, cost in results[size].items())
        print(f"{size:>9,} entries: {told}")
        await context.poster.close()
        await context.signals.aclose()
    await cache.aclose()
    client.close()
    return results


async def _measure(context: Context, members: int, operations: int) -> dict[str, float]:
    """Microseconds of wall time an operation, 64 callers at once."""
    ledger = context.ledger
    # At the smallest size the same members come up again and again: only the larger ones are all cold.
    drawn = random.Random(members)
    picks = [_member(drawn.randrange(members)) for _ in range(operations)]

    async def post(number: int) -> None:
        key = f"client:service:{members}-{number}"
        outcome = await context.poster.post(Posting(picks[number], key, "0" * 32, _spend(key, 1)))
        assert isinstance(outcome, Posted)

    works: dict[str, Callable[[int], Awaitable[object]]] = {
        "posting": post,
        "head": lambda number: ledger.head(picks[number]),
        "20 newest entries": lambda number: ledger.page(picks[number], first=20),
        "balance as of a past day": lambda number: ledger.head_as_of(picks[number], BEGIN + timedelta(days=99)),
    }
    return {name: await _cost(operations, work) for name, work in works.items()}


async def _cost(operations: int, work: Callable[[int], Awaitable[object]]) -> float:
    async def caller(first: int) -> None:
        for number in range(first, operations, CALLERS):
            await work(number)

    begun = time.perf_counter()
    await asyncio.gather(*(caller(first) for first in range(CALLERS)))
    return 1e6 * (time.perf_counter() - begun) / operations


def _fill(uri: str, first: int, last: int) -> None:
    """Members from `first` to before `last`, by two processes."""
    step = 2_000
    parts = [(uri, start, min(start + step, last)) for start in range(first, last, step)]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        for number, _ in enumerate(pool.map(_insert, parts), start=1):
            print(f"\rfilling {number / len(parts):4.0%}", end="", flush=True)
    print("\r", end="")


def _insert(part: tuple[str, int, int]) -> None:
    uri, first, last = part
    client: MongoClient[Any] = MongoClient(uri, w=1)
    template = b"\0".join(encode(document_of(entry)) for entry in _history())
    size = [len(encode(document_of(entry))) for entry in _history()]
    entries = client["bench"]["entries"]
    for number in range(first, last, 20):
        rows: list[RawBSONDocument] = []
        for one in range(number, min(number + 20, last)):
            copy, at = template.replace(PLACEHOLDER.encode(), _member(one).encode()), 0
            for length in size:
                rows.append(RawBSONDocument(copy[at : at + length]))
                at += length + 1
        entries.insert_many(rows, ordered=False)
    client.close()


def _member(number: int) -> str:
    """A random id that is the same for the same number."""
    drawn = random.Random(f"member {number}")
    return "".join(drawn.choices(LETTERS, k=20))


def _history() -> list[Entry]:
    head, entries = Head(PLACEHOLDER), list[Entry]()
    for number in range(HISTORY):
        at = BEGIN + timedelta(days=3 * number)
        key = f"event:shop|{number}#POINTS"
        chain = follow(head, _spend(key, 20) if number % 5 == 4 else _award(key, number), at=at, now=at)
        assert isinstance(chain, list)
        entries += chain
        head = Head.of(chain[-1])
    return entries


def _award(key: str, number: int) -> Decide:
    lines = (AwardLine("spend", 1, 40, "40.00 USD at 1 point for each 1.00: 40"),)
    expires_at = datetime(2100, 1 + number % 12, 1, tzinfo=UTC)

    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = earn(head.after.account("POINTS"), 40, expires_at=expires_at, qualifying=((str(at.year), 40),))
        if isinstance(changes, Refused):
            return changes
        return Draft(key, "0" * 32, "POINTS", EntryKind.EARN, changes, SYSTEM, at, at, lines=lines)

    return decide


def _spend(key: str, points: int) -> Decide:
    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = redeem(head.after.account("POINTS"), points)
        if isinstance(changes, Refused):
            return changes
        return Draft(key, "0" * 32, "POINTS", EntryKind.REDEEM, changes, SYSTEM, at, at)

    return decide


if __name__ == "__main__":
    main()
