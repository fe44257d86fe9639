"""The primary of three members is killed under load: nobody is needed, and what was acknowledged stands, once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from cache.client import Cache
from domain.actors import SYSTEM
from mongo.client import Client
from mongo.faults import StoreUnavailable
from mongo.migrate import migrate
from runtime.wiring import House, build_context
from services.ledger.compare_totals import compare_totals
from services.program.publish_program import publish_program
from tests.support.eventually import eventually
from tests.support.house import Clock
from tests.support.programs import a_program
from tests.support.replica_set import a_replica_set
from tests.support.working import working
from tests.support.writers import Writers, impatient, in_fire

COMMANDS = 150


class TestAKilledPrimary:
    async def test_every_command_has_one_effect_on_every_member_and_nobody_is_needed(
        self, cache: Cache, clock: Clock
    ) -> None:
        async with AsyncExitStack() as stack:
            fire = await stack.enter_async_context(a_replica_set())
            clients = [await stack.enter_async_context(impatient(fire.uri)) for _ in range(2)]
            await migrate(in_fire(clients[0]))
            writers = Writers([in_fire(client) for client in clients])
            house = await stack.enter_async_context(a_house(clients[0], cache, clock))
            await stack.enter_async_context(working(house))

            first = await fire.primary()
            sending = asyncio.gather(*(writers.write(number) for number in range(COMMANDS)))
            await eventually(lambda: len(writers.answered) >= COMMANDS // 6, timeout=60)
            first.kill()
            before = dict(writers.answered)
            await asyncio.wait_for(sending, 60)
            await writers.close()

            assert len(before) < COMMANDS
            assert writers.unknown > 0
            assert writers.answered.items() >= before.items()
            assert await writers.stand_once(in_fire(clients[0]))
            await eventually(partial(are_projected, house, writers), timeout=60)

            await asyncio.to_thread(first.start)
            await eventually(first.is_secondary, timeout=60)
            for member in fire.members:
                alone = await stack.enter_async_context(impatient(member.uri))
                await eventually(partial(stand_there, writers, alone), timeout=60)


@asynccontextmanager
async def a_house(client: Client, cache: Cache, clock: Clock) -> AsyncIterator[House]:
    """The stores over one client, with a programme."""
    context = build_context(in_fire(client), cache, clock)
    await publish_program(context, SYSTEM, a_program())
    yield House(in_fire(client), cache, context)
    await context.poster.close()
    await context.signals.aclose()


async def stand_there(writers: Writers, alone: Client) -> bool:
    """Whether one member by itself has all that was answered; not while it catches up and answers nobody."""
    try:
        return await writers.stand_once(in_fire(alone))
    except StoreUnavailable:
        return False


async def are_projected(house: House, writers: Writers) -> bool:
    """Whether every account is where its ledger is, and the programme's totals count each point once."""
    context = house.context
    heads = await context.ledger.heads(writers.members)
    found = await context.accounts.get_many(writers.members)
    totals = await context.totals.read(context.clock())
    assert {one.member: one.seq for one in found.values()} == {head.member: head.seq for head in heads.values()}
    assert totals is not None
    return totals["POINTS"].earned == COMMANDS and await compare_totals(context) == []
