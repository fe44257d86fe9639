"""Callers who send each command until it is answered, and the oracle: each has one effect, and the laws hold."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import PyMongoError

from domain.ledger.entry import Entry, Head
from domain.ledger.laws import broken_laws
from mongo.client import Client, Database, open_database
from mongo.faults import StoreUnavailable
from mongo.ledger import Ledger
from mongo.notes import Notes
from mongo.transactions import Session, Transactions
from services.ledger.poster import Posted, Poster, Posting
from tests.support.eventually import eventually
from tests.support.house import NOON
from tests.support.ledger import SHOP, earning

DATABASE = "fire"


@asynccontextmanager
async def impatient(uri: str, **options: Any) -> AsyncIterator[Client]:
    """A client that has been answered once, and from then on does not wait long for a server to be found."""
    quick = {"serverSelectionTimeoutMS": 800, "heartbeatFrequencyMS": 500, "connectTimeoutMS": 1_000}
    client: Client = AsyncIOMotorClient(uri, tz_aware=True, **quick | options)
    try:
        await eventually(partial(_answers, client), timeout=60)
        yield client
    finally:
        await asyncio.to_thread(client.close)  # it says goodbye through relays, which may be this loop's


def a_poster(database: Database, **options: Any) -> Poster:
    """The poster of one more process."""
    return Poster(Ledger(database), Transactions(database.client), lambda: NOON, **options)


def an_earning(number: int, *, member: str) -> Posting:
    """The command `number`: one point."""
    key = f"client:{number}"
    return Posting(member, key, "0" * 32, earning(1, key=key))


class Writers:
    """Many commands for a few members, by the posters of several processes; every third with a note."""

    def __init__(self, databases: Sequence[Database], *, members: int = 6) -> None:
        self._processes = [(a_poster(database), Notes(database)) for database in databases]
        self.members = [f"m{number}" for number in range(members)]
        self.answered: dict[str, Entry] = {}
        self.unknown = 0

    async def write(self, number: int) -> None:
        """Sends the command until its outcome is known."""
        poster, notes = self._processes[number % len(self._processes)]

        async def note(session: Session, entry: Entry) -> None:
            text = f"entry {entry.seq}"
            await notes.put(entry.member, entry.key, text, by=SHOP, at=entry.recorded_at, session=session)

        while True:
            posting = an_earning(number, member=self.members[number % len(self.members)])
            try:
                outcome = await (poster.post_with(posting, note) if _noted(number) else poster.post(posting))
            except StoreUnavailable:
                self.unknown += 1
                continue
            assert isinstance(outcome, Posted)
            self.answered[posting.key] = outcome.entry
            return

    async def close(self) -> None:
        """Waits for what is in flight."""
        for poster, _ in self._processes:
            await poster.close()

    async def stand_once(self, database: Database) -> bool:
        """True when the database holds exactly what was answered, lawfully, with the notes beside it; or fails."""
        stored: dict[str, Entry] = {}
        for member in self.members:
            for entry in await lawful(database, member):
                assert entry.key not in stored
                stored[entry.key] = entry
        assert stored == self.answered
        notes = {row["_id"]: row["text"] async for row in database["notes"].find()}
        noted = [entry for key, entry in stored.items() if _noted(int(key.removeprefix("client:")))]
        assert notes == {f"{entry.member}|{entry.key}": f"entry {entry.seq}" for entry in noted}
        return True


async def lawful(database: Database, member: str) -> list[Entry]:
    """The member's entries, oldest first; fails unless each keeps the laws as the follower of the one before."""
    head, entries = Head(member), await Ledger(database).since(member, 0)
    for entry in entries:
        assert list(broken_laws(head, entry)) == []
        head = Head.of(entry)
    return entries


def in_fire(client: Client) -> Database:
    """The database of these tests, with the concerns of production."""
    return open_database(client, DATABASE)


async def _answers(client: Client) -> bool:
    try:
        await client.admin.command("ping")
    except PyMongoError:
        return False
    return True


def _noted(number: int) -> bool:
    return number % 3 == 0
