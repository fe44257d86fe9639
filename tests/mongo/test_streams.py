import asyncio
from collections.abc import AsyncIterator

import pytest

from domain.ledger.entry import Entry
from mongo.client import Database
from mongo.faults import StoreFault
from mongo.streams import Batch, EntryStream, PlaceLost, Streams
from services.context import Context
from services.ledger.poster import Posted, Posting
from tests.support.ledger import earning


async def earn(context: Context, member: str, *numbers: int) -> list[Entry]:
    entries = []
    for number in numbers:
        key = f"client:{number}"
        outcome = await context.poster.post(Posting(member, key, "", earning(number, key=key)))
        assert isinstance(outcome, Posted)
        entries.append(outcome.entry)
    return entries


async def filled(batches: AsyncIterator[Batch]) -> Batch:
    async for batch in batches:
        if batch.entries or batch.unreadable:
            return batch
    raise AssertionError("the stream has ended")


async def until(stream: EntryStream, count: int) -> tuple[list[Entry], Batch]:
    entries: list[Entry] = []
    async for batch in stream.batches():
        entries += batch.entries
        if len(entries) >= count:
            return entries, batch
    raise AssertionError("the stream has ended")


@pytest.fixture
def streams(database: Database) -> Streams:
    return Streams(database)


class TestOpen:
    async def test_from_now_on_every_entry_comes_in_the_order_of_commits(
        self, context: Context, streams: Streams
    ) -> None:
        await earn(context, "ann", 1)
        async with streams.open(None) as stream:
            posted = await earn(context, "ann", 2, 3) + await earn(context, "bob", 4)
            entries, _ = await until(stream, 3)
        assert entries == posted

    async def test_it_goes_on_at_a_token_with_what_came_meanwhile(
        self, context: Context, streams: Streams
    ) -> None:
        async with streams.open(None) as stream:
            await earn(context, "ann", 1)
            _, batch = await until(stream, 1)
        missed = await earn(context, "ann", 2, 3)

        async with streams.open(batch.token) as stream:
            entries, _ = await until(stream, 2)
        assert entries == missed

    async def test_an_idle_stream_has_a_token_too(self, context: Context, streams: Streams) -> None:
        async with streams.open(None) as stream:
            batch = await anext(aiter(stream.batches()))
        missed = await earn(context, "ann", 1)

        assert batch.entries == ()
        async with streams.open(batch.token) as stream:
            assert (await until(stream, 1))[0] == missed

    @pytest.mark.parametrize("token", [{"_data": "zz"}, {"_data": "82"}, {"_data": "abcd"}, {"bogus": 1}])
    async def test_a_token_that_is_none_is_a_lost_place(self, streams: Streams, token: dict[str, str]) -> None:
        with pytest.raises(PlaceLost):
            async with streams.open(token):
                pass

    async def test_a_token_from_before_the_log_is_a_lost_place(
        self, context: Context, streams: Streams, database: Database
    ) -> None:
        # The token of an event. One of a mere place would be found: a young server's log begins at the beginning.
        async with database["entries"].watch() as raw:
            await earn(context, "ann", 1)
            rest = (await raw.next())["_id"]["_data"][18:]
        ancient = {"_data": "82" + "00000001" + "00000001" + rest}

        # A server with a long log may say so only when it has looked through it: on the first read.
        async def read_on() -> None:
            async with streams.open(ancient) as stream:
                await until(stream, 1)

        with pytest.raises(PlaceLost):
            await asyncio.wait_for(read_on(), 60)


class TestBatches:
    async def test_what_cannot_be_decoded_is_named_and_stops_nobody(
        self, context: Context, streams: Streams, database: Database
    ) -> None:
        async with streams.open(None) as stream:
            await database["entries"].insert_one({"member": "ann", "seq": 1, "key": "k", "v": 1})
            posted = await earn(context, "bob", 1)
            batches = stream.batches()
            first = await filled(batches)
            entries = list(first.entries) or list((await filled(batches)).entries)
        assert first.unreadable == (("ann", 1),)
        assert entries == posted

    async def test_an_entry_of_a_newer_format_is_a_fault(self, streams: Streams, database: Database) -> None:
        async with streams.open(None) as stream:
            await database["entries"].insert_one({"member": "ann", "seq": 1, "key": "k", "v": 99})
            with pytest.raises(StoreFault, match="format 99"):
                await filled(stream.batches())

    async def test_a_dropped_log_is_a_lost_place(self, streams: Streams, database: Database) -> None:
        async with streams.open(None) as stream:
            await database["entries"].drop()
            with pytest.raises(PlaceLost):
                await filled(stream.batches())
