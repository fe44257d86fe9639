"""A watcher of a balance ends at the newest state, whatever Redis does, and never goes back."""

from pathlib import Path

from cache.client import connect
from mongo.client import Database
from runtime.wiring import build_context
from services.context import Context
from services.hints import hint
from services.ledger.poster import Posting
from services.ledger.read_states import AccountView
from services.ledger.watch_balance import account_channel, watch_balance
from tests.support.house import Clock
from tests.support.ledger import earning
from tests.support.own_valkey import OwnValkey
from tests.support.watching import Watching


async def earn(context: Context, points: int, key: str) -> None:
    await context.poster.post(Posting("ann", key, "", earning(points, key=key)))


async def signal(context: Context, seq: int) -> None:
    await context.signals.publish_many([(account_channel("ann"), hint(seq))])


def seen(views: list[AccountView]) -> list[tuple[int, int]]:
    return [(view.seq, view.state.account("POINTS").available) for view in views]


class TestWatchBalance:
    async def test_the_state_comes_at_once_and_after_each_entry(self, context: Context) -> None:
        async with Watching(watch_balance(context, "ann")) as watching:
            await watching.until(lambda views: seen(views) == [(0, 0)])
            await earn(context, 100, "client:1")
            await signal(context, 1)
            await watching.until(lambda views: seen(views) == [(0, 0), (1, 100)])
            await earn(context, 11, "client:2")
            await signal(context, 2)
            await signal(context, 1)
            await watching.until(lambda views: seen(views) == [(0, 0), (1, 100), (2, 111)])

    async def test_a_state_that_redis_has_not_heard_of_comes_from_the_ledger(self, context: Context) -> None:
        await earn(context, 100, "client:1")

        async with Watching(watch_balance(context, "ann")) as watching:
            await watching.until(lambda views: seen(views) == [(1, 100)])
            await earn(context, 1, "client:2")  # Redis still holds sequence 1
            await signal(context, 2)
            await watching.until(lambda views: seen(views) == [(1, 100), (2, 101)])

    async def test_the_newest_state_comes_while_redis_is_away_and_after_it_is_back(
        self, database: Database, clock: Clock, tmp_path: Path
    ) -> None:
        valkey = OwnValkey(tmp_path)
        await valkey.start()
        cache = await connect(valkey.url)
        context = build_context(database, cache, clock)
        try:
            async with Watching(watch_balance(context, "ann")) as watching:
                await watching.until(lambda views: seen(views) == [(0, 0)])
                valkey.kill()
                await earn(context, 5, "client:1")
                await signal(context, 1)
                await watching.until(lambda views: seen(views)[-1] == (1, 5))
                await valkey.start()
                await earn(context, 5, "client:2")
                await signal(context, 2)
                await watching.until(lambda views: seen(views) == [(0, 0), (1, 5), (2, 10)])
        finally:
            await context.signals.aclose()
            await cache.aclose()
            valkey.kill()
