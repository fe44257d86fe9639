"""Work is done by whoever holds the lease, and ends when the lease is lost."""

import asyncio
from datetime import timedelta

import pytest

from mongo.client import Database
from mongo.leases import Lease
from runtime.workers.holding import while_holding
from tests.support.eventually import eventually
from tests.support.working import MINUTE, Desk

SHORT = timedelta(milliseconds=150)


class Work:
    """Goes on until it is told to end."""

    def __init__(self) -> None:
        self.lease: Lease | None = None
        self.cancelled = False
        self.end = asyncio.Event()

    async def __call__(self, lease: Lease) -> None:
        self.lease = lease
        try:
            await self.end.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


class TestWhileHolding:
    async def test_one_at_a_time_works_for_longer_than_a_lease_lasts(self, desk: Desk, database: Database) -> None:
        first, second = Work(), Work()
        task = asyncio.create_task(while_holding(desk.leases, "work", first, lasting=SHORT))
        await eventually(lambda: first.lease)
        row = await database["leases"].find_one({"_id": "work"})
        assert row is not None

        async def renewed_past_its_first_end() -> bool:
            now = await database["leases"].find_one({"_id": "work"})
            return now is not None and now["until"] > row["until"] + SHORT

        await eventually(renewed_past_its_first_end)
        assert await while_holding(desk.leases, "work", second, lasting=SHORT) is False
        first.end.set()

        assert await task is True
        assert (second.lease, first.cancelled) == (None, False)
        assert await desk.leases.acquire("work", "next", lasting=MINUTE) == Lease("work", 2)

    async def test_work_whose_lease_is_lost_is_cancelled(self, desk: Desk, database: Database) -> None:
        work = Work()
        task = asyncio.create_task(while_holding(desk.leases, "work", work, lasting=SHORT))
        await eventually(lambda: work.lease)

        await database["leases"].update_one({"_id": "work"}, {"$inc": {"fence": 1}})

        assert await asyncio.wait_for(task, 60) is True
        assert work.cancelled

    async def test_a_fault_of_the_work_comes_out_and_the_lease_is_free(self, desk: Desk) -> None:
        async def failing(lease: Lease) -> None:
            raise KeyError("defect")

        with pytest.raises(KeyError):
            await while_holding(desk.leases, "work", failing, lasting=MINUTE)
        assert await desk.leases.acquire("work", "next", lasting=MINUTE) == Lease("work", 2)
