"""Another process that follows the inbox until its first effect, and then dies or stalls before it saves.

Run as a module, it is that process.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType

from cache.client import connect as connect_cache
from domain.ledger.entry import Entry
from mongo.checkpoints import Checkpoints
from mongo.client import connect, open_database
from mongo.leases import Leases
from mongo.streams import Streams
from runtime.wiring import House, build_context
from runtime.workers.follower import Log, Outdone, follow
from runtime.workers.inbox import InboxFollower
from tests.support.house import Clock

SHORT = timedelta(milliseconds=300)


class OtherWorker:
    """The process, over the same stores. `then`: `kill` or `stop`, what befalls it after its first effect.

    `module` is what it runs, which may know other fates.
    """

    def __init__(
        self, house: House, mongo_uri: str, *, then: str, module: str = "tests.support.other_worker"
    ) -> None:
        self._house = house
        self._mongo_uri = mongo_uri
        self._then = then
        self._module = module

    async def __aenter__(self) -> "OtherWorker":
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", self._module, self._mongo_uri),
            *(self._house.database.name, self._house.cache.url, self._house.cache.prefix, self._then),
            stdout=asyncio.subprocess.PIPE,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()

    async def says(self, word: str) -> None:
        """Waits until it says the word; another one is an AssertionError."""
        assert await self.said() == word

    async def said(self) -> str:
        """The next line that it says."""
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), 60)
        return line.decode().strip()

    async def ended(self) -> int:
        """Its exit code, or the negative of the signal that ended it."""
        return await asyncio.wait_for(self._process.wait(), 60)

    def go_on(self) -> None:
        """Wakes a stopped one."""
        self._process.send_signal(signal.SIGCONT)


class _Unlucky(InboxFollower):
    then = "kill"

    async def apply(self, entries: Sequence[Entry]) -> None:
        await super().apply(entries)
        if self.then == "stop":
            print("stopped", flush=True)
            os.kill(os.getpid(), signal.SIGSTOP)
        else:
            os.kill(os.getpid(), signal.SIGKILL)


async def main(uri: str, name: str, redis_url: str, prefix: str) -> None:
    database = open_database(connect(uri), name)
    cache = await connect_cache(redis_url, prefix=prefix)
    clock = Clock()
    context = build_context(database, cache, clock)
    lease = await Leases(database).acquire("inbox", "other", lasting=SHORT)
    assert lease is not None
    log = Log(Streams(database), Checkpoints(database), clock)
    try:
        await follow(log, _Unlucky(context), lease, asyncio.Event())
    except Outdone:
        print("outdone", flush=True)


if __name__ == "__main__":
    _Unlucky.then = sys.argv.pop()
    asyncio.run(main(*sys.argv[1:]))
