"""mongod is killed in the middle of the work and comes back: what was acknowledged stands, once."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mongo.migrate import migrate
from runtime.embedded.mongod import Mongod
from tests.support.eventually import eventually
from tests.support.writers import Writers, impatient, in_fire

COMMANDS = 120


class OwnMongod:
    """A mongod of this test's own, to kill and to start again where it was."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._mongod = Mongod(directory)
        self.uri = self._mongod.uri

    def kill(self) -> None:
        os.kill(self._mongod.pid, signal.SIGKILL)
        self._mongod.stop()

    def start(self) -> None:
        self._mongod = Mongod(self._directory)

    def stop(self) -> None:
        self._mongod.stop()


@pytest.fixture
async def mongod(tmp_path: Path) -> AsyncIterator[OwnMongod]:
    own = await asyncio.to_thread(OwnMongod, tmp_path)
    yield own
    await asyncio.to_thread(own.stop)


class TestAKilledStore:
    async def test_every_acknowledged_command_has_one_effect_and_every_other_is_safe_to_send_again(
        self, mongod: OwnMongod
    ) -> None:
        async with impatient(mongod.uri) as client:
            database = in_fire(client)
            await migrate(database)
            writers = Writers([database])
            working = asyncio.gather(*(writers.write(number) for number in range(COMMANDS)))
            await eventually(lambda: len(writers.answered) >= COMMANDS // 6, timeout=60)
            await asyncio.to_thread(mongod.kill)
            before = dict(writers.answered)
            await eventually(lambda: writers.unknown > 0, timeout=60)
            await asyncio.to_thread(mongod.start)
            await asyncio.wait_for(working, 60)
            await writers.close()
            assert len(before) < COMMANDS
            assert await writers.stand_once(database)
