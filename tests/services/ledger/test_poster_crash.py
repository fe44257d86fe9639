"""mongod is killed in the middle of the work and comes back: what was acknowledged stands, once."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from domain.ledger.entry import Entry, Head
from domain.ledger.laws import broken_laws
from mongo.client import Client, Database, open_database
from mongo.faults import StoreUnavailable
from mongo.ledger import Ledger
from mongo.migrate import migrate
from mongo.notes import Notes
from mongo.transactions import Session, Transactions
from runtime.embedded.mongod import Mongod
from services.ledger.poster import Posted, Poster, Posting
from tests.support.eventually import eventually
from tests.support.house import NOON
from tests.support.ledger import SHOP, earning

MEMBERS = 6
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


class Writers:
    """Callers who send each command until it is answered, always under its key."""

    def __init__(self, database: Database) -> None:
        self.poster = Poster(Ledger(database), Transactions(database.client), lambda: NOON)
        self.notes = Notes(database)
        self.answered: dict[str, Entry] = {}
        self.unknown = 0

    async def write(self, number: int) -> None:
        key, member = f"client:{number}", f"m{number % MEMBERS}"
        while key not in self.answered:
            posting = Posting(member, key, "0" * 32, earning(1, key=key))
            try:
                outcome = await (
                    self.poster.post_with(posting, self.note) if number % 3 == 0 else self.poster.post(posting)
                )
            except StoreUnavailable:
                self.unknown += 1
                continue
            assert isinstance(outcome, Posted)
            self.answered[key] = outcome.entry

    async def note(self, session: Session, entry: Entry) -> None:
        text = f"entry {entry.seq}"
        await self.notes.put(entry.member, entry.key, text, by=SHOP, at=entry.recorded_at, session=session)


class TestAKilledStore:
    async def test_every_acknowledged_command_has_one_effect_and_every_other_is_safe_to_send_again(
        self, mongod: OwnMongod
    ) -> None:
        client: Client = AsyncIOMotorClient(mongod.uri, tz_aware=True, serverSelectionTimeoutMS=300)
        database = open_database(client, "crash")
        await migrate(database)
        writers = Writers(database)
        working = asyncio.gather(*(writers.write(number) for number in range(COMMANDS)))
        await eventually(lambda: len(writers.answered) >= COMMANDS // 6, timeout=30)
        await asyncio.to_thread(mongod.kill)
        before = dict(writers.answered)
        await eventually(lambda: writers.unknown > 0, timeout=30)
        await asyncio.to_thread(mongod.start)
        await asyncio.wait_for(working, 60)
        await writers.poster.close()
        assert len(before) < COMMANDS

        stored: dict[str, Entry] = {}
        for member in range(MEMBERS):
            head = Head(f"m{member}")
            for entry in await Ledger(database).since(head.member, 0):
                assert list(broken_laws(head, entry)) == []
                assert entry.key not in stored
                stored[entry.key], head = entry, Head.of(entry)
        assert stored == writers.answered
        notes = {row["_id"]: row["text"] async for row in database["notes"].find()}
        noted = [entry for key, entry in stored.items() if int(key.removeprefix("client:")) % 3 == 0]
        assert notes == {f"{entry.member}|{entry.key}": f"entry {entry.seq}" for entry in noted}
        client.close()
