"""Another process that follows the accounts, and is killed within or after the commit of its first effect.

Run as a module, it is that process.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cache.client import connect as connect_cache
from domain.ledger.entry import Entry
from domain.ledger.totals import Totals
from mongo.accounts import Accounts
from mongo.checkpoints import Checkpoints
from mongo.client import Database, connect, open_database
from mongo.leases import Leases
from mongo.streams import Streams
from mongo.totals import ProgrammeTotals
from mongo.transactions import Session
from runtime.wiring import build_context
from runtime.workers.accounts import AccountsFollower
from runtime.workers.follower import Log, follow
from tests.support.house import Clock
from tests.support.other_worker import SHORT


class _Unlucky(AccountsFollower):
    async def apply(self, entries: Sequence[Entry]) -> None:
        await super().apply(entries)
        os.kill(os.getpid(), signal.SIGKILL)


class _DyingTotals(ProgrammeTotals):
    """Says which session it is in, and is killed in it, when the accounts are written and the totals are not."""

    async def add(self, session: Session, number: int, moved: Mapping[str, Totals]) -> None:
        print(session.session_id["id"].hex(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)


class _DyingAccounts(Accounts):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._totals = _DyingTotals(database)


async def main(uri: str, name: str, redis_url: str, prefix: str, then: str) -> None:
    database = open_database(connect(uri), name)
    cache = await connect_cache(redis_url, prefix=prefix)
    context = build_context(database, cache, Clock())
    if then == "kill within":
        context = replace(context, accounts=_DyingAccounts(database))
    lease = await Leases(database).acquire(AccountsFollower.name, "other", lasting=SHORT)
    assert lease is not None
    log = Log(Streams(database), Checkpoints(database), Clock())
    await follow(log, _Unlucky(context), lease, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
