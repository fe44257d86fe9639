"""What coalescing gains: postings and balance reads against the same work done one by one with the same driver.

    python -m bench.postings [--callers 64] [--each 60] [--rounds 5]

Starts MongoDB and Valkey of its own over a temporary directory. Each round measures everything once, baselines
too, over the very documents that the poster wrote, in a collection with the same indexes. What is printed are
medians over the rounds, of the ratios as well: a ratio is of one round, so that a machine with other work to do is
unfair to both.

Warm: the process has written the members before and knows their heads. Cold: it reads the head and the key first.
"""

import argparse
import asyncio
import os
import platform
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

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
from mongo.transactions import Transactions
from runtime.embedded.servers import EmbeddedServers
from runtime.pace import keep_pace
from runtime.wiring import build_context, write_through
from services.context import Context
from services.ledger.poster import Poster, Posting
from services.ledger.read_states import read_states


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--callers", type=int, default=64)
    parser.add_argument("--each", type=int, default=60, help="commands a caller and round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        uvloop.run(_measure(servers, options.callers, options.each, options.rounds))


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured: `callers` at once, each of whom does `each` things in a round."""

    context: Context
    cold: Context
    database: Database
    members: Sequence[str]
    each: int

    @property
    def count(self) -> int:
        """How many things all callers do in a round."""
        return len(self.members) * self.each


Figures = dict[str, float]


async def _measure(servers: EmbeddedServers, callers: int, each: int, rounds: int) -> None:
    client = connect(servers.mongodb_uri)
    database = open_database(client, "bench")
    await migrate(database)
    await database["raw"].create_indexes(INDEXES)
    cache = await connect_cache(servers.redis_url)
    keep_pace()
    context = build_context(database, cache)
    forgetful = Poster(
        context.ledger,
        Transactions(client),
        context.clock,
        told=write_through(context.balances),
        max_heads=0,
    )
    members = [secrets.token_hex(10) for _ in range(callers)]
    bench = Bench(context, replace(context, poster=forgetful), database, members, each)
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    names = ("motor", "pymongo", "redis", "uvloop")
    print(f"versions: Python {platform.python_version()}, " + ", ".join(f"{n} {version(n)}" for n in names))
    await _post(context, members, 20)  # connections, code and lots of twelve months
    rows = await database["entries"].find({}).sort("_id", -1).to_list(callers * 10)
    print(f"an entry: {sum(len(encode(row)) for row in rows) / len(rows):,.0f} bytes of BSON")
    _print([await _round(bench, rows) for _ in range(rounds)], callers)
    await context.poster.close()
    await forgetful.close()
    await context.signals.aclose()
    await cache.aclose()
    client.close()


async def _round(bench: Bench, rows: list[Document]) -> Figures:
    """Everything once, in things a second."""
    members, each, count = bench.members, bench.each, bench.count
    entries = bench.database["entries"]
    first, second, third = _copies(rows, count), _copies(rows, count), _copies(rows, each)
    return {
        "warm": await _rate(count, lambda: _post(bench.context, members, each)),
        "insert_one": await _rate(count, lambda: _insert_one(bench.database, first, len(members))),
        "insert_many": await _rate(count, lambda: _insert_many(bench.database, second)),
        "cold": await _rate(count, lambda: _post(bench.cold, members, each)),
        "one warm": await _rate(each, lambda: _post(bench.context, members[:1], each)),
        "read, insert": await _rate(each, lambda: _read_then_insert(bench.database, third)),
        "one cold": await _rate(each, lambda: _post(bench.cold, members[:1], each)),
        "balances": await _rate(count, lambda: _each(members, each, lambda m: read_states(bench.context, [m]))),
        "find_one": await _rate(
            count, lambda: _each(members, each, lambda m: entries.find_one({"member": m}, sort=[("seq", -1)]))
        ),
    }


def _print(rounds: list[Figures], callers: int) -> None:
    def line(name: str, words: str, *baselines: str) -> None:
        ratios = [f"{median(r[name] / r[other] for r in rounds):.2f} of {other}" for other in baselines]
        print(f"{words + ':':32}{median(r[name] for r in rounds):>8,.0f} a second  " + ", ".join(ratios))

    print(f"\nmedians of {len(rounds)} rounds; {callers} callers, or one")
    line("warm", "postings, warm", "insert_one", "insert_many")
    line("cold", "postings, cold", "insert_one", "insert_many")
    line("insert_one", "  plain insert_one at once")
    line("insert_many", "  plain unordered insert_many")
    line("one warm", "postings, one caller, warm", "read, insert")
    line("one cold", "postings, one caller, cold", "read, insert")
    line("read, insert", "  plain read, then insert")
    line("balances", "balance reads", "find_one")
    line("find_one", "  plain find_one at once")


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
