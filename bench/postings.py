"""What coalescing gains: postings and balance reads against the same work done one by one with the same driver.

    python -m bench.postings [--callers 64] [--each 150]

Starts MongoDB and Valkey of its own over a temporary directory. Baselines are taken in the same run, over the very
documents that the poster wrote, in a collection with the same indexes.
"""

import argparse
import asyncio
import os
import platform
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import uvloop
from bson import encode

from cache.client import connect as connect_cache
from domain.actors import SYSTEM
from domain.ledger.decide import earn
from domain.ledger.entry import AwardLine, Draft, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.refusals import Refused
from mongo.client import Database, Document, connect, open_database
from mongo.ledger import INDEXES
from mongo.migrate import migrate
from runtime.embedded.servers import EmbeddedServers
from runtime.wiring import build_context
from services.context import Context
from services.ledger.poster import Posting
from services.ledger.read_states import read_states


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--callers", type=int, default=64)
    parser.add_argument("--each", type=int, default=150, help="commands a caller")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        uvloop.run(_measure(servers, options.callers, options.each))


async def _measure(servers: EmbeddedServers, callers: int, each: int) -> None:
    client = connect(servers.mongodb_uri)
    database = open_database(client, "bench")
    await migrate(database)
    cache = await connect_cache(servers.redis_url)
    context = build_context(database, cache)
    members = [secrets.token_hex(10) for _ in range(callers)]
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    names = ("motor", "pymongo", "redis", "uvloop")
    print(f"versions: Python {platform.python_version()}, " + ", ".join(f"{n} {version(n)}" for n in names))
    await _post(context, members, 20)  # warm

    many = await _rate(callers * each, lambda: _post(context, members, each))
    one = await _rate(each, lambda: _post(context, members[:1], each))
    rows = await database["entries"].find({}).to_list(None)
    size = sum(len(encode(row)) for row in rows) / len(rows)
    print(f"an entry: {size:,.0f} bytes of BSON")

    await database["raw"].create_indexes(INDEXES)
    first, second, third = (_copies(rows, count) for count in (callers * each, callers * each, each))
    alone = await _rate(callers * each, lambda: _insert_one(database, first, callers))
    batch = await _rate(callers * each, lambda: _insert_many(database, second))
    in_turn = await _rate(each, lambda: _read_then_insert(database, third))
    print(f"\npostings, {callers} callers: {many:,.0f} a second")
    print(f"  plain insert_one, {callers} at once: {alone:,.0f}; ratio {many / alone:.2f}")
    print(f"  plain unordered insert_many: {batch:,.0f}; ratio {many / batch:.2f}")
    print(f"postings, one caller: {one:,.0f} a second")
    print(f"  plain read, then insert: {in_turn:,.0f}; ratio {one / in_turn:.2f}")

    reads = await _rate(callers * each, lambda: _each(members, each, lambda m: read_states(context, [m])))
    find = await _rate(
        callers * each,
        lambda: _each(members, each, lambda m: database["entries"].find_one({"member": m}, sort=[("seq", -1)])),
    )
    print(f"balance reads, {callers} callers: {reads:,.0f} a second")
    print(f"  plain find_one, {callers} at once: {find:,.0f}; ratio {reads / find:.2f}")
    await context.poster.close()
    await context.signals.aclose()
    await cache.aclose()
    client.close()


async def _rate(count: int, work: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await work()
    return count / (time.perf_counter() - begun)


async def _post(context: Context, members: Sequence[str], each: int) -> None:
    async def post(member: str) -> None:
        key = f"client:service:{secrets.token_hex(8)}"
        await context.poster.post(Posting(member, key, "0" * 32, _award(key)))

    await _each(members, each, post)


def _award(key: str) -> Decide:
    def decide(head: Head, at: datetime) -> Draft | Refused:
        expires_at = datetime(2100 + len(key) % 2, 1 + int(key[-1], 16) % 12, 1, tzinfo=UTC)
        changes = earn(head.after.account("POINTS"), 10, expires_at=expires_at, qualifying=((str(at.year), 10),))
        if isinstance(changes, Refused):
            return changes
        return Draft(
            key=key,
            input="0" * 32,
            currency="POINTS",
            kind=EntryKind.EARN,
            changes=changes,
            actor=SYSTEM,
            occurred_at=at,
            effective_at=at,
            reference="till-7/receipt-1001",
            lines=(AwardLine("spend", 1, 10, "10.00 USD at 1 point for each 1.00: 10"),),
        )

    return decide


async def _each(members: Sequence[str], times: int, work: Callable[[str], Awaitable[object]]) -> None:
    async def caller(member: str) -> None:
        for _ in range(times):
            await work(member)

    await asyncio.gather(*(caller(member) for member in members))


def _copies(rows: Sequence[Document], count: int) -> list[Document]:
    """Documents of the same shape and size, of members of their own."""
    suffix = secrets.token_hex(2)
    made = (rows[number % len(rows)] for number in range(count))
    copies = [{name: value for name, value in row.items() if name != "_id"} for row in made]
    return [row | {"member": f"{number:016d}{suffix}"} for number, row in enumerate(copies)]


async def _insert_one(database: Database, rows: list[Document], callers: int) -> None:
    async def caller(share: list[Document]) -> None:
        for row in share:
            await database["raw"].insert_one(row)

    await asyncio.gather(*(caller(rows[start::callers]) for start in range(callers)))


async def _insert_many(database: Database, rows: list[Document]) -> None:
    for start in range(0, len(rows), 500):
        await database["raw"].insert_many(rows[start : start + 500], ordered=False)


async def _read_then_insert(database: Database, rows: list[Document]) -> None:
    for row in rows:
        await database["raw"].find_one({"member": row["member"]}, sort=[("seq", -1)])
        await database["raw"].insert_one(row)


if __name__ == "__main__":
    main()
