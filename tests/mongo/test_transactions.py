"""Transactions end: by a commit, by an abort, or by saying in time that the store is away."""

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from mongo.client import Database
from mongo.faults import Duplicate, StoreUnavailable
from mongo.transactions import Abort, Session, Transactions
from runtime.embedded.ports import LOOPBACK, free_port


class TestRun:
    async def test_while_the_store_is_away_it_gives_up_in_time(self) -> None:
        client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(
            LOOPBACK, free_port(), serverSelectionTimeoutMS=50
        )
        tries = 0

        async def work(session: Session) -> None:
            nonlocal tries
            tries += 1
            fault = StoreUnavailable("away")
            fault.transient = True
            raise fault

        # Not for want of tries, which is another fault: it is its patience that ends.
        with pytest.raises(StoreUnavailable, match="away"):
            await Transactions(client, patience=0.3).run(work)
        assert tries > 1
        client.close()

    async def test_an_abort_undoes_and_answers(self, database: Database) -> None:
        rows = database["notes"]

        async def work(session: Session) -> str:
            await rows.insert_one({"_id": 1}, session=session)
            raise Abort("no")

        assert await Transactions(database.client).run(work) == "no"
        assert await rows.count_documents({}) == 0

    async def test_a_duplicate_is_met_with_another_try(self, database: Database) -> None:
        tries = 0

        async def work(session: Session) -> int:
            nonlocal tries
            tries += 1
            if tries < 3:
                raise Duplicate("taken")
            return tries

        assert await Transactions(database.client).run(work) == 3

    async def test_work_that_outlives_its_time_is_undone_and_run_again(self, database: Database) -> None:
        rows, tries = database["notes"], 0
        await rows.insert_one({"_id": 0})

        async def work(session: Session) -> int:
            nonlocal tries
            tries += 1
            await rows.insert_one({"_id": tries}, session=session)
            if tries == 1:
                await rows.find_one({"$where": "sleep(10000) || true"}, session=session)
            return tries

        assert await Transactions(database.client).run(work) == 2
        assert [row["_id"] async for row in rows.find().sort("_id")] == [0, 2]

    async def test_work_that_always_outlives_its_time_is_given_up(self, database: Database) -> None:
        async def work(session: Session) -> None:
            await database["notes"].find_one({"$where": "sleep(10000) || true"}, session=session)

        await database["notes"].insert_one({"_id": 0})
        with pytest.raises(StoreUnavailable):
            await Transactions(database.client, patience=0.3, work_seconds=0.1).run(work)
