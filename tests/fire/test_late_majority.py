"""A majority gets an entry only after a stream of entries was opened: it comes in the stream."""

import asyncio
from contextlib import AsyncExitStack

from domain.ledger.entry import Entry
from mongo.migrate import migrate
from mongo.streams import EntryStream, Streams
from services.ledger.poster import Posted
from tests.support.eventually import eventually
from tests.support.replica_set import a_replica_set
from tests.support.writers import DATABASE, a_poster, an_earning, impatient, in_fire, lawful

ANN = "ann"


class TestALateMajority:
    async def test_an_entry_falls_not_between_what_is_read_and_what_is_streamed(self) -> None:
        async with AsyncExitStack() as stack:
            fire = await stack.enter_async_context(a_replica_set(relayed=True))
            client = await stack.enter_async_context(impatient(fire.uri))
            database = in_fire(client)
            await migrate(database)
            poster = a_poster(database)
            await poster.post(an_earning(1, member=ANN))
            await fire.wait_longer()

            fire.cut_off(await fire.primary())
            posting = asyncio.ensure_future(poster.post(an_earning(2, member=ANN)))
            await eventually(lambda: client[DATABASE]["entries"].find_one({"key": "client:2"}))
            async with Streams(database).open(None) as stream:
                read = await lawful(database, ANN)
                assert [entry.key for entry in read] == ["client:1"]
                fire.heal()
                outcome = await posting
                assert isinstance(outcome, Posted)
                assert await asyncio.wait_for(first_of(stream), 60) == outcome.entry


async def first_of(stream: EntryStream) -> Entry:
    """The first entry that comes."""
    async for batch in stream.batches():
        if batch.entries:
            return batch.entries[0]
    raise AssertionError("the stream has ended")
