"""Runs workers by hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from domain.ledger.entry import Entry
from domain.ledger.posting import Decide
from mongo.checkpoints import Checkpoints
from mongo.imports import Imports
from mongo.leases import Lease, Leases
from mongo.streams import Streams
from runtime.wiring import House
from runtime.workers.follower import Follower, Log, follow
from runtime.workers.lags import follower_lags
from runtime.workers.place import Place
from runtime.workers.run import run_workers
from services.context import Context
from services.ledger.poster import Posted, Posting
from tests.support.eventually import eventually

MINUTE = timedelta(minutes=1)
LASTING = timedelta(seconds=3)
"""Of the leases of `working`."""


class Desk:
    """The stores that only workers use, over one database."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.leases = Leases(house.database)
        self.checkpoints = Checkpoints(house.database)
        self.imports = Imports(house.database)
        self.log = Log(Streams(house.database), self.checkpoints, house.context.clock)

    async def lease(self, name: str) -> Lease:
        """The lease, as soon as nobody holds it."""
        lease = await eventually(lambda: self.leases.acquire(name, "test", lasting=MINUTE))
        assert lease is not None
        return lease

    async def place(self, name: str) -> Place:
        """How far a follower has come."""
        found = await self.checkpoints.get_many([name])
        return Place.read(found[name].value) if name in found else Place()

    @asynccontextmanager
    async def following(self, follower: Follower) -> AsyncIterator[None]:
        """The follower runs within the block, once it has opened its stream and caught up."""
        lease = await self.lease(follower.name)
        stop = asyncio.Event()
        task = asyncio.create_task(follow(self.log, follower, lease, stop))
        try:
            await self._until(task, lambda: self._has_begun(follower.name))
            yield
        finally:
            stop.set()
            await task
            await self.leases.release(lease)

    async def _has_begun(self, name: str) -> bool:
        found = (await self.checkpoints.get_many([name])).get(name)
        return found is not None and bool(found.value)

    async def _until(self, task: "asyncio.Task[None]", check: Callable[[], Awaitable[bool]]) -> None:
        async def passed() -> bool:
            if task.done():
                task.result()
            return await check()

        await eventually(passed)


async def post(context: Context, member: str, decide: Decide, key: str = "client:1") -> Entry:
    """The entry that a decision makes."""
    outcome = await context.poster.post(Posting(member, key, "", decide))
    assert isinstance(outcome, Posted), outcome
    return outcome.entry


@asynccontextmanager
async def working(house: House) -> AsyncIterator[None]:
    """The workers run within the block, from where the followers have begun."""
    stop = asyncio.Event()
    task = asyncio.create_task(run_workers(house, stop, lasting=LASTING))

    async def begun() -> bool:
        if task.done():
            task.result()
        return all(lag.seconds is not None for lag in await follower_lags(house))

    try:
        await eventually(begun)
        yield
    finally:
        stop.set()
        await task
