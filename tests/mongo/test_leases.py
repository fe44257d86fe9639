import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from mongo.checkpoints import Checkpoint, Checkpoints
from mongo.client import Database
from mongo.leases import Lease, Leases
from tests.support.eventually import eventually

MINUTE = timedelta(minutes=1)
MOMENT = timedelta(milliseconds=30)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def leases(database: Database) -> Leases:
    return Leases(database)


@pytest.fixture
def checkpoints(database: Database) -> Checkpoints:
    return Checkpoints(database)


async def taken_over(leases: Leases, first: Lease) -> Lease:
    """The lease in the hands of another, once the first holder's time is up."""
    assert await leases.renew(first, lasting=MOMENT)
    return await eventually(lambda: leases.acquire(first.name, "successor", lasting=MINUTE))


class TestLeases:
    async def test_of_many_who_ask_at_once_one_gets_it(self, leases: Leases) -> None:
        asked = [leases.acquire("work", f"worker {number}", lasting=MINUTE) for number in range(8)]
        got = [lease for lease in await asyncio.gather(*asked) if lease]

        assert got == [Lease("work", 1)]
        assert await leases.acquire("work", "late", lasting=MINUTE) is None
        assert await leases.acquire("other work", "late", lasting=MINUTE) == Lease("other work", 1)

    async def test_when_time_is_up_another_gets_it_under_a_higher_number(self, leases: Leases) -> None:
        first = await leases.acquire("work", "a", lasting=MINUTE)
        assert first is not None

        second = await taken_over(leases, first)

        assert second == Lease("work", 2)
        assert await leases.renew(first, lasting=MINUTE) is False
        assert await leases.renew(second, lasting=MINUTE) is True

    async def test_released_it_is_free_at_once_but_not_by_one_who_lost_it(self, leases: Leases) -> None:
        first = await leases.acquire("work", "a", lasting=MINUTE)
        assert first is not None
        await leases.release(first)
        second = await leases.acquire("work", "b", lasting=MINUTE)
        assert second == Lease("work", 2)

        await leases.release(first)

        assert await leases.acquire("work", "c", lasting=MINUTE) is None


class TestCheckpoints:
    async def test_a_successor_goes_on_where_the_one_before_saved(
        self, leases: Leases, checkpoints: Checkpoints
    ) -> None:
        first = await leases.acquire("work", "a", lasting=MINUTE)
        assert first is not None
        assert await checkpoints.claim(first) == Checkpoint("work")
        assert await checkpoints.save(first, {"token": {"_data": "82"}}, now=NOW)

        second = await taken_over(leases, first)

        assert await checkpoints.claim(second) == Checkpoint("work", {"token": {"_data": "82"}}, NOW)
        assert await checkpoints.get_many(["work", "none"]) == {
            "work": Checkpoint("work", {"token": {"_data": "82"}}, NOW)
        }

    async def test_who_was_outdone_saves_and_claims_nothing(
        self, leases: Leases, checkpoints: Checkpoints
    ) -> None:
        first = await leases.acquire("work", "a", lasting=MINUTE)
        assert first is not None
        await checkpoints.claim(first)
        second = await taken_over(leases, first)
        await checkpoints.claim(second)
        await checkpoints.save(second, {"at": 2}, now=NOW)

        assert await checkpoints.save(first, {"at": 1}, now=NOW) is False
        assert await checkpoints.claim(first) is None
        assert (await checkpoints.get_many(["work"]))["work"].value == {"at": 2}
