"""The primary of three members is killed under load: nobody is needed, and what was acknowledged stands, once."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial

from mongo.migrate import migrate
from tests.support.eventually import eventually
from tests.support.replica_set import a_replica_set
from tests.support.writers import Writers, impatient, in_fire

COMMANDS = 150


class TestAKilledPrimary:
    async def test_every_command_has_one_effect_on_every_member_and_nobody_is_needed(self) -> None:
        async with AsyncExitStack() as stack:
            fire = await stack.enter_async_context(a_replica_set())
            clients = [await stack.enter_async_context(impatient(fire.uri)) for _ in range(2)]
            await migrate(in_fire(clients[0]))
            writers = Writers([in_fire(client) for client in clients])

            working = asyncio.gather(*(writers.write(number) for number in range(COMMANDS)))
            await eventually(lambda: len(writers.answered) >= COMMANDS // 6, timeout=30)
            first = await fire.primary()
            first.kill()
            before = dict(writers.answered)
            await asyncio.wait_for(working, 60)
            await writers.close()

            assert len(before) < COMMANDS
            assert writers.unknown > 0
            assert writers.answered.items() >= before.items()
            assert await writers.stand_once(in_fire(clients[0]))

            await asyncio.to_thread(first.start)
            await eventually(first.is_secondary, timeout=60)
            for member in fire.members:
                alone = await stack.enter_async_context(impatient(member.uri))
                await eventually(partial(writers.stand_once, in_fire(alone)), timeout=30)
