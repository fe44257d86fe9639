"""The log of the primary does not reach back to where the followers were: they miss nothing and repeat nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from cache.client import Cache
from domain.actors import SYSTEM
from mongo.migrate import migrate
from runtime.wiring import House, build_context
from runtime.workers.accounts import AccountsFollower
from runtime.workers.inbox import InboxFollower
from services.context import Context
from services.ledger.compare_totals import compare_totals
from services.program.publish_program import publish_program
from tests.support.eventually import eventually
from tests.support.house import Clock
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.programs import a_program
from tests.support.replica_set import ReplicaSet, a_replica_set
from tests.support.working import Desk, post
from tests.support.writers import impatient, in_fire

PEOPLE = [a_member(number) for number in range(4)]


@pytest.fixture
async def fire() -> AsyncIterator[ReplicaSet]:
    async with a_replica_set() as fire:
        yield fire


@pytest.fixture
async def desk(fire: ReplicaSet, cache: Cache, clock: Clock) -> AsyncIterator[Desk]:
    """A house over the set, with four members."""
    async with impatient(fire.uri) as client:
        database = in_fire(client)
        await migrate(database)
        context = build_context(database, cache, clock)
        await publish_program(context, SYSTEM, a_program())
        await context.members.insert_many(PEOPLE)
        yield Desk(House(database, cache, context))
        await context.poster.close()
        await context.signals.aclose()


async def earn(context: Context, *turns: int) -> None:
    """One entry of each member a turn."""
    for turn in turns:
        key = f"client:{turn}"
        await asyncio.gather(*(post(context, one.id, earning(turn, key=key), key) for one in PEOPLE))


class TestALostOplog:
    async def test_followers_whose_place_is_gone_miss_no_entry_and_tell_none_twice(
        self, fire: ReplicaSet, desk: Desk, caplog: pytest.LogCaptureFixture
    ) -> None:
        context = desk.house.context
        async with desk.following(AccountsFollower(context)), desk.following(InboxFollower(context)):
            await earn(context, 1)
            await eventually(lambda: are_told(context, 1), timeout=60)
        await earn(context, 2, 3)

        # A member that has lost its disk copies the data, and a log that begins with the copying.
        renewed = fire.others(await fire.primary())[0]
        renewed.kill()
        renewed.forget()
        await asyncio.to_thread(renewed.start)
        await eventually(renewed.is_secondary, timeout=60)
        await fire.step_up(renewed)

        with caplog.at_level(logging.WARNING):
            async with desk.following(AccountsFollower(context)), desk.following(InboxFollower(context)):
                await earn(context, 4)
                await eventually(lambda: are_told(context, 4), timeout=60)
                await eventually(lambda: are_projected(context, 4), timeout=60)
        lost = [record for record in caplog.records if record.message == "the place in the log is lost"]
        assert {vars(record)["follower"] for record in lost} == {"accounts", "inbox"}
        for one in PEOPLE:
            rows = await context.inbox.since(one.id, 0, limit=100)
            assert sorted(row.message.key for row in rows) == [f"entry:{seq}:points" for seq in (1, 2, 3, 4)]
        totals = await context.totals.read(context.clock())
        assert totals is not None
        assert totals["POINTS"].earned == len(PEOPLE) * (1 + 2 + 3 + 4)
        assert await compare_totals(context) == []


async def are_told(context: Context, count: int) -> bool:
    counts = await context.inbox.unread_count([one.id for one in PEOPLE])
    return set(counts.values()) == {count}


async def are_projected(context: Context, seq: int) -> bool:
    found = await context.accounts.get_many([one.id for one in PEOPLE])
    return [one.seq for one in found.values()] == [seq] * len(PEOPLE)
