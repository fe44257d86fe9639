"""Another process in which two members send each other points without end, until it is killed.

Run as a module, it is that process; it prints the key of each transfer that was answered.
"""

import asyncio
import signal
import sys
from contextlib import suppress
from types import TracebackType

from cache.client import connect as connect_cache
from domain.actors import Actor, ActorKind
from domain.ledger.entry import Entry
from domain.members.lookup import MemberLookup
from mongo.client import connect, open_database
from mongo.faults import StoreUnavailable
from runtime.wiring import House, build_context
from services.context import Context
from services.ledger.transfer_points import TransferPoints, transfer_points
from tests.support.house import Clock

CALLERS = 6


async def send(context: Context, people: tuple[str, str], number: int) -> Entry:
    """Transfer `number` of one point, in one direction or the other; sent until it is answered."""
    sender, receiver = people if number % 2 else people[::-1]
    command = TransferPoints(sender, MemberLookup(id=receiver), 1, f"transfer-{number}")
    while True:
        with suppress(StoreUnavailable):
            entry = await transfer_points(context, Actor(ActorKind.MEMBER, sender), command)
            assert isinstance(entry, Entry), entry
            return entry


class OtherSender:
    """The process, over the same stores; `answered` are the numbers of the transfers that it was answered."""

    def __init__(self, house: House, mongo_uri: str, people: tuple[str, str]) -> None:
        self._where = mongo_uri, house.database.name, house.cache.url, house.cache.prefix, *people
        self.answered: set[int] = set()

    async def __aenter__(self) -> "OtherSender":
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.support.other_sender", *self._where), stdout=asyncio.subprocess.PIPE
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._reading
        await self._process.wait()

    async def kill(self) -> None:
        """Kill -9; what it has said until then is in `answered`."""
        self._process.kill()
        await self._reading
        assert await self._process.wait() == -signal.SIGKILL

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while (line := await self._process.stdout.readline()).endswith(b"\n"):
            self.answered.add(int(line))


async def main(uri: str, name: str, redis_url: str, prefix: str, *people: str) -> None:
    database = open_database(connect(uri), name)
    context = build_context(database, await connect_cache(redis_url, prefix=prefix), Clock())
    one, other = people

    async def caller(first: int) -> None:
        number = first
        while True:
            await send(context, (one, other), number)
            print(number, flush=True)
            number += CALLERS

    await asyncio.gather(*(caller(first) for first in range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
