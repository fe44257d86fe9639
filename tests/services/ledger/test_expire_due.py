"""The sweep writes each expiry once, dated when it happened, and touches nobody else."""

import asyncio
from datetime import datetime, timedelta

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from services.context import Context
from services.ledger.expire_due import expire_due
from services.ledger.poster import Posting
from tests.support.house import NOON, Clock
from tests.support.ledger import earning, redeeming
from tests.support.working import post

MAY = NOON + timedelta(days=1)
JUNE = NOON + timedelta(days=30)
FAR = NOON + timedelta(days=300)


async def project(context: Context, *entries: Entry) -> None:
    await context.accounts.put_newest(entries, currency="POINTS")


async def earn(context: Context, member: str, points: int, expires_at: datetime, key: str) -> Entry:
    entry = await post(context, member, earning(points, key=key, expires_at=expires_at), key)
    await project(context, entry)
    return entry


async def expiries(context: Context, member: str) -> list[tuple[int, int, str, datetime]]:
    entries = await context.ledger.since(member, 0)
    return [
        (entry.seq, entry.points, entry.key, entry.effective_at)
        for entry in entries
        if entry.kind is EntryKind.EXPIRE
    ]


class TestExpireDue:
    async def test_each_lot_that_is_due_has_its_own_entry_dated_when_it_expired(
        self, context: Context, clock: Clock
    ) -> None:
        for number, date in enumerate((MAY, JUNE, FAR)):
            await earn(context, "ann", 10 + number, date, f"client:{number}")
        await earn(context, "bob", 5, FAR, "client:1")
        clock.now = JUNE

        assert await expire_due(context, clock()) == 1

        assert await expiries(context, "ann") == [(4, -10, "expire:4", MAY), (5, -11, "expire:5", JUNE)]
        assert await expiries(context, "bob") == []
        head = await context.ledger.head("ann")
        assert (head.after.account("POINTS").available, head.after.account("POINTS").expired) == (12, 21)

    async def test_a_lot_is_due_at_its_date_and_not_a_millisecond_before(
        self, context: Context, clock: Clock
    ) -> None:
        await earn(context, "ann", 10, MAY, "client:1")

        clock.now = MAY - timedelta(milliseconds=1)
        assert await expire_due(context, clock()) == 0
        clock.now = MAY
        assert await expire_due(context, clock()) == 1

    async def test_again_and_at_the_same_time_it_writes_nothing_more(self, context: Context, clock: Clock) -> None:
        for number in range(20):
            await earn(context, f"m{number:02}", 10, MAY, "client:1")
        clock.now = JUNE

        settled = await asyncio.gather(*(expire_due(context, clock()) for _ in range(3)))

        assert sum(settled) == 20
        assert await expire_due(context, clock()) == 0
        assert [len(await expiries(context, f"m{number:02}")) for number in range(20)] == [1] * 20

    async def test_a_projection_that_is_behind_costs_a_look_and_no_entry(
        self, context: Context, clock: Clock
    ) -> None:
        await earn(context, "ann", 10, MAY, "client:1")
        await context.poster.post(Posting("ann", "client:2", "", redeeming(10, key="client:2")))
        clock.now = JUNE

        assert await expire_due(context, clock()) == 0
        assert (await context.ledger.head("ann")).seq == 2

    async def test_points_that_came_after_their_date_expire_too(self, context: Context, clock: Clock) -> None:
        await earn(context, "ann", 10, NOON - timedelta(days=3), "client:1")

        assert await expire_due(context, clock()) == 1
        assert await expiries(context, "ann") == [(2, -10, "expire:2", NOON)]
