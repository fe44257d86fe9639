"""What a sweep costs: in proportion to the members who have something due, or to all of them?

    python -m bench.sweep [--accounts 10000 100000 1000000] [--due 1000]

Starts MongoDB and Valkey of its own over a temporary directory. For each number of accounts it writes an entry and
a projected account a member by the ledger's own codec, then sweeps three times: with nothing due, with the same
number due whatever the size, and with 1% due. In between it projects what the sweeps wrote and asks for the
programme's accounts; at last it holds them against the sum over all accounts. Exit code 1 when a figure is wrong.
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

from bench.accounts import POINTS, Group, write_accounts
from bench.machine import tell_machine
from cache.client import connect as connect_cache
from domain.ledger.totals import Totals
from mongo.client import Database, connect, open_database
from mongo.entry_documents import entry_of
from mongo.migrate import migrate
from mongo.transactions import Session, Transactions
from runtime.embedded.servers import EmbeddedServers
from runtime.wiring import build_context
from services.context import Context
from services.ledger.compare_totals import compare_totals
from services.ledger.expire_due import expire_due

BEGAN = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRST, SECOND, LATER = (BEGAN + timedelta(days=days) for days in (10, 20, 400))
PROJECTED = 500
Result = TypeVar("Result")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--due", type=int, default=1_000, help="due whatever the size")
    options = parser.parse_args()
    tell_machine("motor", "pymongo", "redis", "uvloop")
    with tempfile.TemporaryDirectory() as directory, EmbeddedServers(Path(directory)) as servers:
        sound = [uvloop.run(_measure(servers, accounts, options.due)) for accounts in options.accounts]
    return 0 if all(sound) else 1


async def _measure(servers: EmbeddedServers, accounts: int, due: int) -> bool:
    name, share = f"sweep{accounts}", accounts // 100
    client = connect(servers.mongodb_uri)
    database = open_database(client, name)
    await migrate(database)
    groups = (Group(due, FIRST), Group(share, SECOND), Group(accounts - due - share, LATER))
    seconds, _ = await _timed(partial(write_accounts, servers.mongodb_uri, name, groups, began=BEGAN))
    print(f"\n{accounts:,} accounts, written in {seconds:,.0f} s; load {os.getloadavg()[0]:.1f}")
    now = BEGAN
    context = build_context(database, await connect_cache(servers.redis_url), lambda: now)
    await _count(database, context, accounts, due, share)

    for moment, expected in ((BEGAN, 0), (FIRST, due), (SECOND, share)):
        now = moment
        busy = time.process_time()
        seconds, found = await _timed(partial(expire_due, context, now))
        busy = time.process_time() - busy
        each = f", {1_000 * seconds / found:.2f} ms each ({1_000 * busy / found:.2f} of Python)" if found else ""
        print(f"  sweep with {expected:,} due: {seconds:.3f} s{each}")
        if found != expected:
            print(f"  IT FOUND {found:,}")
            return False
        await _tell_read(context, now)
        if found:
            await _project(database, context, moment)
            await _tell_read(context, now)
    seconds, apart = await _timed(lambda: compare_totals(context))
    print(f"  totals against the sum over all accounts: {seconds:.1f} s, {'; '.join(apart) or 'equal'}")
    await client.drop_database(name)
    return not apart


async def _tell_read(context: Context, now: datetime) -> None:
    seconds, totals = await _timed(lambda: context.totals.read(now))
    expired = totals["POINTS"].expired // POINTS if totals else 0
    print(f"  the programme's accounts: {1_000 * seconds:.1f} ms; {expired:,} lots have expired")


async def _project(database: Database, context: Context, moment: datetime) -> None:
    """Projects what a sweep wrote, as the follower does."""
    rows = await database["entries"].find({"kind": "EXPIRE", "effectiveAt": moment}).to_list(None)
    entries = [entry_of(row) for row in rows]

    async def project() -> None:
        for start in range(0, len(entries), PROJECTED):
            await context.accounts.put_newest(entries[start : start + PROJECTED], currency="POINTS")

    seconds, _ = await _timed(project)
    print(f"  projected with the totals: {len(entries) / seconds:,.0f} entries a second")


async def _count(database: Database, context: Context, accounts: int, due: int, share: int) -> None:
    """What the follower would have added up."""
    lots = {FIRST: due, SECOND: share, LATER: accounts - due - share}
    totals = Totals(earned=POINTS * accounts, lots={date: POINTS * number for date, number in lots.items()})

    async def add(session: Session) -> None:
        await context.totals.add(session, 1, {"POINTS": totals})

    await Transactions(database.client).run(add)
    await context.totals.complete(1)


async def _timed(work: Callable[[], Awaitable[Result]]) -> tuple[float, Result]:
    began = time.perf_counter()
    found = await work()
    return time.perf_counter() - began, found


if __name__ == "__main__":
    sys.exit(main())
