"""Leaderboards follow what is taken back, in Redis and in MongoDB alike, whoever writes and in whatever order."""

import asyncio
from collections.abc import AsyncIterator
from itertools import permutations

import pytest

from cache.boards import Judged
from domain.members.member import Member
from mongo.client import Database
from mongo.migrate import migrate
from runtime.wiring import House
from runtime.workers.accounts import AccountsFollower
from services.boards.fill_boards import fill_boards
from services.context import Context
from tests.support.eventually import eventually
from tests.support.orders import EARNED, MILK, loaves, publish, purchase, record, refund
from tests.support.working import Desk

BOARDS = (None, "2026")


@pytest.fixture
async def member(context: Context) -> Member:
    return await publish(context)


async def boards(context: Context) -> list[list[tuple[str, int]]]:
    """Lifetime and year, which Redis and MongoDB have the same."""
    stored = [await context.accounts.top(year=year, start=0, count=9) for year in BOARDS]
    cached = [await context.boards.page(name, start=0, count=9) for name in ("lifetime", "year:2026")]
    assert cached == stored
    places = [(member, await context.boards.rank("lifetime", member)) for member, _ in stored[0]]
    assert places == [(member, await context.accounts.rank(member, year=None)) for member, _ in stored[0]]
    return stored


class TestRefunds:
    async def test_both_boards_come_down_by_what_the_returned_part_earned(
        self, context: Context, member: Member
    ) -> None:
        follower = AccountsFollower(context)
        await fill_boards(context)
        await follower.apply(await record(context, purchase()))
        assert await boards(context) == [[(member.id, EARNED)]] * 2

        await follower.apply(await record(context, refund("r1", loaves(2))))
        assert await boards(context) == [[(member.id, EARNED - 8)]] * 2

        await follower.apply(await record(context, refund("r2")))
        assert await boards(context) == [[], []]
        assert await context.accounts.rank(member.id, year=None) is None
        assert await context.boards.rank("lifetime", member.id) is None

        await follower.apply(await record(context, purchase("o2", MILK)))
        assert await boards(context) == [[(member.id, 3)]] * 2

    async def test_buying_and_giving_back_farms_nothing(self, context: Context, member: Member) -> None:
        follower = AccountsFollower(context)
        for turn in range(5):
            bought = await record(context, purchase(f"o{turn}"))
            await follower.apply(bought + await record(context, refund(f"r{turn}", order=f"o{turn}")))
        (projected,) = (await context.accounts.get_many([member.id])).values()
        assert projected.state.account("POINTS").earned == 5 * EARNED
        assert await fill_boards(context) == ["lifetime", "year:2026"]
        assert await boards(context) == [[], []]


class TestOrder:
    async def test_any_order_and_any_repetition_by_two_workers_ends_at_the_newest(
        self, context: Context, member: Member
    ) -> None:
        up = await record(context, purchase())
        down = await record(context, refund("r1"))
        again = await record(context, purchase("o2", MILK))
        await fill_boards(context)
        for order in permutations((up, down, again)):
            await asyncio.gather(*(AccountsFollower(context).apply(entries) for entries in order))
            await AccountsFollower(context).apply(order[0])
        assert await boards(context) == [[(member.id, 3)]] * 2

    @pytest.mark.parametrize("again", [False, True])
    async def test_a_filling_that_read_before_a_refund_does_not_undo_it(
        self, context: Context, member: Member, again: bool
    ) -> None:
        follower = AccountsFollower(context)
        await follower.apply(await record(context, purchase()))
        if again:
            await fill_boards(context)
        read, go_on = asyncio.Event(), asyncio.Event()

        async def rows(year: str | None) -> AsyncIterator[Judged]:
            found = [row async for row in context.accounts.board(year)]
            read.set()
            await go_on.wait()
            for row in found:
                yield row

        names = {"lifetime": None, "year:2026": "2026"}
        filling = [asyncio.create_task(context.boards.replace(name, rows(year))) for name, year in names.items()]
        await read.wait()
        await follower.apply(await record(context, refund("r1")))
        go_on.set()
        assert await asyncio.gather(*filling) == [True, True]
        assert await boards(context) == [[], []]

    async def test_a_worker_that_was_stopped_before_a_refund_does_not_undo_it_after_a_filling(
        self, context: Context, member: Member
    ) -> None:
        bought = await record(context, purchase())
        await AccountsFollower(context).apply(bought + await record(context, refund("r1")))
        assert await fill_boards(context) == ["lifetime", "year:2026"]
        await AccountsFollower(context).apply(bought)
        assert await boards(context) == [[], []]

    async def test_fillings_beside_a_follower_and_flushes_end_at_what_mongodb_has(
        self, context: Context, house: House, desk: Desk, member: Member
    ) -> None:
        async with desk.following(AccountsFollower(context)):
            for turn in range(12):
                returned = refund(f"r{turn}", loaves(1 + turn % 4), order=f"o{turn}")
                posting = record(context, purchase(f"o{turn}"), returned)
                await asyncio.gather(fill_boards(context, anew=True), posting)
                if turn % 5 == 4:
                    assert await house.cache.start_over()
            await fill_boards(context)
            head = await context.ledger.head(member.id)

            async def caught_up() -> bool:
                return (await context.accounts.get_many([member.id]))[member.id].seq == head.seq

            await eventually(caught_up)
            kept = head.after.account("POINTS").kept
            assert kept == 12 * EARNED - 3 * (1 + 2 + 3 + 4) * 4
            await eventually(lambda: _shows(context, member, kept))
        assert await boards(context) == [[(member.id, kept)], [(member.id, head.after.qualifying["2026"])]]


class TestUpgrade:
    async def test_boards_that_an_older_build_projected_by_all_awards_come_right_without_hands(
        self, context: Context, database: Database, desk: Desk, member: Member
    ) -> None:
        async with desk.following(AccountsFollower(context)):
            pass
        await AccountsFollower(context).apply(await record(context, purchase(), refund("r1", loaves(2))))
        await database["accounts"].update_many({}, {"$set": {"lifetime": EARNED}})
        await database["meta"].update_one({"_id": "schema"}, {"$set": {"revision": 2}})
        await fill_boards(context)
        assert (await boards(context))[0] == [(member.id, EARNED)]

        await migrate(database)
        assert await context.totals.read(context.clock()) is None
        async with desk.following(AccountsFollower(context)):
            await eventually(lambda: _shows(context, member, EARNED - 8))

        assert await boards(context) == [[(member.id, EARNED - 8)]] * 2
        assert await context.totals.read(context.clock()) is not None
        assert await context.totals.differences() == []


async def _shows(context: Context, member: Member, value: int) -> bool:
    place = await context.boards.rank("lifetime", member.id)
    return place == (1, value)
