"""Reading what one wrote, with Redis, without it, and with another process's Redis in between."""

import asyncio
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from cache.client import Cache
from services.context import Context
from services.ledger.poster import Posted, Posting
from services.ledger.read_states import read_state_as_of, read_states
from tests.support.house import NOON, Clock
from tests.support.ledger import earning, redeeming


async def post(context: Context, points: int, key: str, *, expires_at: datetime | None = None) -> int:
    decide = earning(points, key=key, expires_at=expires_at) if points > 0 else redeeming(-points, key=key)
    outcome = await context.poster.post(Posting("m1", key, "0" * 32, decide))
    assert isinstance(outcome, Posted)
    return outcome.entry.seq


async def read(context: Context, member: str = "m1") -> tuple[int, int]:
    view = (await read_states(context, [member]))[member]
    return view.seq, view.state.account("POINTS").available


class TestReadStates:
    async def test_each_write_is_read_back_whatever_was_read_before(self, context: Context) -> None:
        assert await read(context) == (0, 0)
        for number in range(1, 6):
            await post(context, 10, f"client:{number}")
            assert await read(context) == (number, 10 * number)

    async def test_readers_and_writers_at_once_never_see_an_older_state_than_was_acknowledged(
        self, context: Context
    ) -> None:
        acknowledged = 0

        async def write() -> None:
            nonlocal acknowledged
            for number in range(30):
                acknowledged = max(acknowledged, await post(context, 1, f"client:{number}"))

        async def look() -> None:
            while acknowledged < 30:
                known = acknowledged
                seq, available = await read(context)
                assert known <= seq == available

        await asyncio.gather(write(), *(look() for _ in range(4)))

    async def test_a_redis_that_was_emptied_is_filled_again_from_the_ledger(
        self, context: Context, cache: Cache
    ) -> None:
        await post(context, 10, "client:1")
        async with Redis.from_url(cache.url) as redis:
            await redis.flushall()
        assert await read(context) == (1, 10)
        await post(context, -4, "client:2")
        assert await read(context) == (2, 6)

    async def test_what_expires_is_gone_at_the_instant_without_any_write(
        self, context: Context, clock: Clock
    ) -> None:
        await post(context, 10, "client:1", expires_at=NOON + timedelta(days=1))
        clock.now = NOON + timedelta(days=1) - timedelta(milliseconds=1)
        assert await read(context) == (1, 10)
        clock.advance(milliseconds=1)
        assert await read(context) == (1, 0)

    async def test_members_are_answered_together_and_one_asked_for_twice_once(self, context: Context) -> None:
        await post(context, 10, "client:1")
        views = await read_states(context, ["m1", "m2", "m1"])
        assert {member: view.seq for member, view in views.items()} == {"m1": 1, "m2": 0}
        assert await read_states(context, []) == {}


class TestAsOf:
    async def test_before_the_first_entry_there_was_nothing(self, context: Context) -> None:
        await post(context, 10, "client:1")
        view = await read_state_as_of(context, "m1", datetime(2020, 1, 1, tzinfo=UTC))
        assert (view.seq, view.state.account("POINTS").available) == (0, 0)
