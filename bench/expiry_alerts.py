"""What the daily sweep for expiry alerts costs over a million accounts.

    python -m bench.expiry_alerts [--accounts 1000000] [--shares 0.01 0.1]

Starts MongoDB and Valkey of its own over a temporary directory, and writes an entry and a projected account a
member by the ledger's own codec. Each share of them has points that expire in 30 days on a day of its own, on
which each of them is alerted. It sweeps on a day without any alert, on the day of each share, and on the day
after, when all whose points expire within the month are looked at again and nothing is new. Of each it prints
the seconds, milliseconds an alert, and the peak memory of the process. The baseline is an `insert_many` of the
same rows by the driver alone, with the same indexes. Exit code 1 when a sweep does not alert exactly those that
it should.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import uvloop

from bench.accounts import Group, write_accounts
from bench.machine import forget_peak, peak_mb, tell_machine
from bench.people import small_programme
from cache.client import connect as connect_cache
from domain.actors import SYSTEM
from mongo.client import Database, connect, open_database
from mongo.inbox import INDEXES
from mongo.migrate import migrate
from runtime.embedded.servers import EmbeddedServers
from runtime.pace import keep_pace
from runtime.wiring import build_context
from runtime.workers.sweeper import send_alerts
from services.context import Context
from services.program.publish_program import publish_program

BEGAN = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRST_DAY = BEGAN + timedelta(days=10)
DAYS_BETWEEN = 3
"""Between the days of two shares: the later one is beyond what the earlier day's sweep looks at."""
NOTICE = timedelta(days=30)
LATER = BEGAN + timedelta(days=400)
CHUNK = 500
Result = TypeVar("Result")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.01, 0.1], help="parts with an alert due")
    options = parser.parse_args()
    tell_machine("motor", "pymongo", "redis", "uvloop")
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        return uvloop.run(_measure(servers, options.accounts, options.shares))


async def _measure(servers: EmbeddedServers, accounts: int, shares: list[float]) -> int:
    client = connect(servers.mongodb_uri)
    database = open_database(client, "alerts")
    await migrate(database)
    keep_pace()
    counts = [round(accounts * share) for share in shares]
    days = [FIRST_DAY + timedelta(days=DAYS_BETWEEN * number) for number in range(len(counts))]
    groups = [Group(count, day + NOTICE) for count, day in zip(counts, days, strict=True)]
    groups.append(Group(accounts - sum(counts), LATER))
    write = partial(write_accounts, servers.mongodb_uri, database.name, groups, began=BEGAN)
    seconds, _ = await _timed(write)
    print(f"{accounts:,} accounts, written in {seconds:,.0f} s")
    now = BEGAN
    cache = await connect_cache(servers.redis_url)
    context = build_context(database, cache, lambda: now)
    await publish_program(context, SYSTEM, small_programme())
    sound = [await _sweep(context, "nobody's day", BEGAN, 0)]
    for count, day in zip(counts, days, strict=True):
        now = day
        sound.append(await _sweep(context, f"{count:,} to alert", day, count))
        sound.append(await _sweep(context, "the day after", day + timedelta(days=1), 0))
    await _tell_baseline(database)
    await context.poster.close()
    await context.signals.aclose()
    await cache.aclose()
    client.close()
    return 0 if all(sound) else 1


async def _sweep(context: Context, name: str, now: datetime, expected: int) -> bool:
    forget_peak()
    busy = time.process_time()
    seconds, sent = await _timed(partial(send_alerts, context, now))
    busy = time.process_time() - busy
    each = f"; {1_000 * seconds / sent:.2f} ms an alert, {1_000 * busy / sent:.2f} of Python" if sent else ""
    print(f"  {name}: {seconds:.2f} s{each}; peak {peak_mb():,.0f} MB; load {os.getloadavg()[0]:.1f}")
    if sent != expected:
        print(f"  IT ALERTED {sent:,}")
    return sent == expected


async def _tell_baseline(database: Database) -> None:
    """What it takes to store rows like these and do nothing else."""
    rows = await database["inbox"].find({}).to_list(100_000)
    plain = database["plain"]
    await plain.create_indexes(INDEXES)

    async def insert() -> None:
        for start in range(0, len(rows), CHUNK):
            await plain.insert_many(rows[start : start + CHUNK], ordered=False)

    seconds, _ = await _timed(insert)
    print(
        f"  baseline: insert_many of {len(rows):,} such rows {seconds:.2f} s, "
        f"{1_000 * seconds / len(rows):.2f} ms each"
    )


async def _timed(work: Callable[[], Awaitable[Result]]) -> tuple[float, Result]:
    began = time.perf_counter()
    found = await work()
    return time.perf_counter() - began, found


if __name__ == "__main__":
    sys.exit(main())
