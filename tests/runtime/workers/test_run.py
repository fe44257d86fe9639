"""Everything together: what is posted reaches projections, Redis, inboxes and watchers, and Redis may go."""

from collections.abc import Callable
from pathlib import Path

from cache.client import connect
from domain.actors import SYSTEM
from mongo.client import Database
from runtime.wiring import House, build_context
from services.context import Context
from services.inbox.watch_inbox import watch_inbox
from services.ledger.watch_balance import watch_balance
from services.program.publish_program import publish_program
from tests.support.eventually import eventually
from tests.support.house import Clock
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.own_valkey import OwnValkey
from tests.support.programs import a_program
from tests.support.watching import Watching
from tests.support.working import LASTING, Desk, post, working


class TestRunWorkers:
    async def test_a_posting_reaches_everything_that_follows(
        self, context: Context, house: House, members: Callable[[int], str]
    ) -> None:
        ann = members(1)
        async with (
            working(house),
            Watching(watch_balance(context, ann)) as balances,
            Watching(watch_inbox(context, ann, 0)) as inbox,
        ):
            await eventually(lambda: _filled(context))
            await post(context, ann, earning(100))

            await balances.until(lambda views: [view.seq for view in views] in ([0, 1], [1]))
            await inbox.until(lambda rows: [row.message.title for row in rows] == ["+100 Points"])
            await eventually(lambda: _ranked(context, ann))
            assert (await context.accounts.get_many([ann]))[ann].seq == 1

    async def test_told_to_stop_they_leave_their_leases_to_the_next(
        self, house: House, desk: Desk, members: Callable[[int], str]
    ) -> None:
        async with working(house):
            assert await desk.leases.acquire("accounts", "another", lasting=LASTING) is None
        for name in ("accounts", "inbox", "sweep"):
            assert await desk.leases.acquire(name, "another", lasting=LASTING) is not None

    async def test_two_processes_share_the_work_and_tell_once(
        self, context: Context, house: House, members: Callable[[int], str]
    ) -> None:
        async with working(house), working(house):
            for number in range(5):
                await post(context, members(number), earning(number + 1))
            await eventually(lambda: _told(context, members))

    async def test_redis_killed_and_restarted_loses_nothing(
        self, database: Database, clock: Clock, tmp_path: Path
    ) -> None:
        valkey = OwnValkey(tmp_path)
        await valkey.start()
        cache = await connect(valkey.url)
        context = build_context(database, cache, clock)
        await publish_program(context, SYSTEM, a_program())
        await context.members.insert_many([a_member(number) for number in range(5)])

        def member(number: int) -> str:
            return a_member(number).id

        try:
            async with working(House(database, cache, context)):
                await eventually(lambda: _filled(context))
                async with Watching(watch_inbox(context, member(4), 0)) as inbox:
                    valkey.kill()
                    for number in range(5):
                        await post(context, member(number), earning(number + 1))
                    await eventually(lambda: _told(context, member))
                    assert (await context.accounts.get_many([member(0)]))[member(0)].seq == 1
                    await inbox.until(lambda rows: [row.seq for row in rows] == [1])
                    await valkey.start()
                    await eventually(lambda: _ranked(context, member(4)))
                    assert await context.boards.page("lifetime", start=0, count=9) == [
                        (member(number), number + 1) for number in (4, 3, 2, 1, 0)
                    ]
        finally:
            await context.signals.aclose()
            await cache.aclose()
            valkey.kill()


async def _filled(context: Context) -> bool:
    return await context.boards.size("lifetime") is not None


async def _ranked(context: Context, member: str) -> bool:
    place = await context.boards.rank("lifetime", member)
    return place is not None and place[0] == 1


async def _told(context: Context, member: Callable[[int], str]) -> bool:
    counts = await context.inbox.unread_count([member(number) for number in range(5)])
    return set(counts.values()) == {1}
