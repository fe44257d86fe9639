"""A watcher misses nothing and doubles nothing, whatever Redis does."""

import asyncio
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

from cache.client import connect
from mongo.client import Database
from runtime.wiring import build_context
from services.context import Context
from services.hints import hint
from services.inbox.watch_inbox import FEW, inbox_channel, watch_inbox
from tests.support.house import Clock
from tests.support.messages import a_message
from tests.support.own_valkey import OwnValkey
from tests.support.watching import Watching


async def tell(context: Context, *numbers: int) -> None:
    """What the follower does: rows first, then the hint."""
    rows = await context.inbox.put_many([a_message(number, "ann") for number in numbers])
    await context.signals.publish_many([(inbox_channel("ann"), hint(row.seq)) for row in rows])


class TestWatchInbox:
    async def test_after_a_row_comes_all_since_and_then_the_new_ones(self, context: Context) -> None:
        await tell(context, 1, 2, 3)

        async with Watching(watch_inbox(context, "ann", 1)) as watching:
            await watching.until(lambda rows: [row.seq for row in rows] == [2, 3])
            await tell(context, 4, 5)
            await watching.until(lambda rows: [row.seq for row in rows] == [2, 3, 4, 5])

    async def test_without_one_only_new_rows_come(self, context: Context) -> None:
        await tell(context, 1, 2)
        await context.inbox.put_many([a_message(1, "bob")])

        async with Watching(watch_inbox(context, "ann", None)) as watching:
            await watching.listening(context, inbox_channel("ann"))
            await tell(context, 3)
            await watching.until(lambda rows: [row.seq for row in rows] == [3])

    async def test_a_signal_that_names_a_row_ahead_brings_all_before_it(self, context: Context) -> None:
        for ahead in (FEW, FEW + 1):
            member = f"ann{ahead}"
            async with Watching(watch_inbox(context, member, None)) as watching:
                await watching.listening(context, inbox_channel(member))
                rows = await context.inbox.put_many([a_message(number, member) for number in range(ahead)])
                await context.signals.publish_many([(inbox_channel(member), hint(rows[-1].seq))])
                await watching.until(lambda rows, ahead=ahead: [row.seq for row in rows] == [*range(1, ahead + 1)])

    async def test_a_signal_of_a_row_that_does_not_stand_brings_those_that_do(self, context: Context) -> None:
        async with Watching(watch_inbox(context, "ann", None)) as watching:
            await watching.listening(context, inbox_channel("ann"))
            await context.inbox.put_many([a_message(1, "ann"), a_message(2, "ann")])
            await context.signals.publish_many([(inbox_channel("ann"), hint(5))])
            await watching.until(lambda rows: [row.seq for row in rows] == [1, 2])
            await tell(context, 3)
            await watching.until(lambda rows: [row.seq for row in rows] == [1, 2, 3])

    async def test_many_who_are_told_at_once_each_get_their_own(self, context: Context) -> None:
        members = [f"m{number}" for number in range(150)]
        expected = {member: [(member, 1), (member, 2)] for member in members}
        async with AsyncExitStack() as stack:
            watched = {
                id: await stack.enter_async_context(Watching(watch_inbox(context, id, 0))) for id in members
            }
            for member, watching in watched.items():
                await watching.listening(context, inbox_channel(member))
            await context.inbox.put_many([a_message(number, member) for member in members for number in (1, 2)])
            await context.signals.publish_many([(inbox_channel(member), hint(2)) for member in members])
            for member, watching in watched.items():
                found = await watching.until(lambda rows: len(rows) == 2)
                assert [row.id for row in found] == expected[member]

    async def test_more_than_a_page_comes_whole(self, context: Context) -> None:
        await tell(context, *range(250))

        async with aclosing(watch_inbox(context, "ann", 0)) as rows:
            assert [(await anext(rows)).seq for _ in range(250)] == list(range(1, 251))

    async def test_nothing_is_missed_or_doubled_while_redis_is_killed_and_restarted(
        self, database: Database, clock: Clock, tmp_path: Path
    ) -> None:
        valkey = OwnValkey(tmp_path)
        await valkey.start()
        cache = await connect(valkey.url)
        context = build_context(database, cache, clock)
        try:
            async with Watching(watch_inbox(context, "ann", 0)) as watching:
                for number in range(30):
                    if number == 10:
                        valkey.kill()
                    if number == 20:
                        await valkey.start()
                    await tell(context, number)
                    await asyncio.sleep(0)
                await watching.until(lambda rows: [row.seq for row in rows] == list(range(1, 31)))
        finally:
            await context.signals.aclose()
            await cache.aclose()
            valkey.kill()
