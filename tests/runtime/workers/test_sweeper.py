"""Each day of the programme's zone is swept once, and each alert is sent once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.earning.events.event import Event
from domain.earning.events.plain import event_to_plain
from domain.inbox.message import NotificationKind
from domain.ledger.kinds import EntryKind
from mongo.events import Claim, ClaimState
from runtime.workers.accounts import AccountsFollower
from runtime.workers.follower import Outdone
from runtime.workers.place import Place
from runtime.workers.sweeper import (
    NAME,
    Swept,
    finish_unfinished,
    is_importing,
    is_projected,
    programme_day,
    sweep,
    sweep_day,
)
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.deeds import waiting
from tests.support.eventually import eventually
from tests.support.house import NOON, Clock
from tests.support.ledger import earning
from tests.support.people import enrol
from tests.support.programs import a_program
from tests.support.working import Desk, post

NEW_YORK = ZoneInfo("America/New_York")
JULY = datetime(2026, 7, 1, tzinfo=NEW_YORK).astimezone(UTC)


def at(month: int, day: int, hour: int = 0, minute: int = 5) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


async def earn(context: Context, member: str, points: int, expires_at: datetime = JULY) -> None:
    entry = await post(context, member, earning(points, expires_at=expires_at))
    await context.accounts.put_newest([entry], currency="POINTS")


async def alerts(context: Context, member: str) -> list[tuple[NotificationKind, int]]:
    rows = await context.inbox.since(member, 0, limit=100)
    return [(row.message.kind, row.message.data["days"]) for row in rows]


@pytest.fixture(autouse=True)
async def program(context: Context) -> None:
    await publish_program(context, SYSTEM, a_program())


class TestSweepDay:
    async def test_each_alert_is_sent_once_on_its_day_and_then_the_points_expire(
        self, context: Context, clock: Clock
    ) -> None:
        clock.now = at(5, 20)
        await earn(context, "ann", 250)
        done: dict[str, Swept] = {}

        for day in range(43):
            clock.now = at(5, 20, 3) + timedelta(days=day)
            swept = await sweep_day(context, clock())
            assert await sweep_day(context, clock()) == Swept(0, 0)
            if swept != Swept(0, 0):
                done[(await programme_day(context, clock())).isoformat()] = swept

        assert done == {
            "2026-06-01": Swept(0, 1),
            "2026-06-24": Swept(0, 1),
            "2026-06-30": Swept(0, 1),
            "2026-07-01": Swept(1, 0),
        }
        assert await alerts(context, "ann") == [(NotificationKind.POINTS_EXPIRING, days) for days in (30, 7, 1)]
        assert (await context.ledger.head("ann")).after.account("POINTS").expired == 250

    async def test_after_days_without_a_sweep_only_the_nearest_alert_is_sent(
        self, context: Context, clock: Clock
    ) -> None:
        await earn(context, "ann", 250)
        clock.now = at(6, 27)

        assert await sweep_day(context, clock()) == Swept(0, 1)
        assert await alerts(context, "ann") == [(NotificationKind.POINTS_EXPIRING, 4)]

    async def test_work_is_for_members_who_have_something_due(self, context: Context, clock: Clock) -> None:
        await earn(context, "ann", 1, expires_at=JULY + timedelta(days=365))
        await earn(context, "bob", 1)
        clock.now = JULY

        assert await sweep_day(context, clock()) == Swept(1, 0)
        assert (await context.ledger.head("ann")).seq == 1


class TestSweep:
    async def test_nothing_is_swept_before_the_projection_has_followed(
        self, context: Context, clock: Clock, desk: Desk
    ) -> None:
        assert not await is_projected(context, desk.checkpoints)
        await _projected_until(desk, NOON - timedelta(minutes=2))
        await earn(context, "ann", 250)
        assert not await is_projected(context, desk.checkpoints)
        await _projected_until(desk, NOON - timedelta(seconds=59))
        assert await is_projected(context, desk.checkpoints)

    async def test_a_sweep_waits_for_history_that_is_coming_in_and_not_for_an_import_that_was_left(
        self, clock: Clock, desk: Desk
    ) -> None:
        assert not await is_importing(desk.imports, clock())
        await desk.imports.reached("history", 100, now=clock())
        assert await is_importing(desk.imports, clock.advance(seconds=60))
        assert not await is_importing(desk.imports, clock.advance(milliseconds=1))
        await desk.imports.reached("history", 200, now=clock())
        assert await is_importing(desk.imports, clock())
        await desk.imports.complete("history", now=clock())
        assert not await is_importing(desk.imports, clock())

    async def test_two_sweepers_and_a_restart_sweep_the_day_once(
        self, context: Context, clock: Clock, desk: Desk
    ) -> None:
        await earn(context, "ann", 250)
        await _projected_until(desk, NOON)
        clock.now = at(6, 24)

        assert await self._swept_until(context, desk, "2026-06-24") == 1
        assert await self._swept_until(context, desk, "2026-06-24") == 1
        clock.now = at(6, 30)
        assert await self._swept_until(context, desk, "2026-06-30") == 2

    async def test_what_is_due_within_a_day_that_is_swept_does_not_wait_for_the_next(
        self, context: Context, clock: Clock, desk: Desk
    ) -> None:
        await _projected_until(desk, NOON)
        entry = await post(context, "ann", waiting(30, at(6, 24, 9), JULY, key="client:1"))
        await context.accounts.put_newest([entry], currency="POINTS")
        clock.now = at(6, 24)
        await self._swept_until(context, desk, "2026-06-24")
        assert (await context.ledger.head("ann")).seq == 1
        clock.now = at(6, 24, 9)

        async with self._sweeping(context, desk):
            await eventually(lambda: context.ledger.has("ann", 2))

        (released,) = await context.ledger.since("ann", 1)
        assert (released.kind, released.points, released.effective_at) == (EntryKind.RELEASE, 30, clock())

    async def test_who_was_overtaken_does_not_save_the_day(self, context: Context, desk: Desk) -> None:
        old = await desk.lease(NAME)
        await desk.leases.release(old)
        await desk.checkpoints.claim(await desk.lease(NAME))

        with pytest.raises(Outdone):
            await sweep(context, desk.checkpoints, desk.imports, old, asyncio.Event())

    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            (datetime(2026, 3, 8, 4, 59, tzinfo=UTC), "2026-03-07"),
            (datetime(2026, 3, 8, 5, 0, tzinfo=UTC), "2026-03-08"),  # the day of 23 hours begins
            (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), "2026-03-08"),
            (datetime(2026, 3, 9, 4, 0, tzinfo=UTC), "2026-03-09"),
            (datetime(2026, 11, 1, 4, 0, tzinfo=UTC), "2026-11-01"),  # the day of 25 hours begins
            (datetime(2026, 11, 2, 4, 59, tzinfo=UTC), "2026-11-01"),
            (datetime(2026, 11, 2, 5, 0, tzinfo=UTC), "2026-11-02"),
        ],
    )
    async def test_a_day_begins_at_midnight_of_the_programmes_zone(
        self, context: Context, moment: datetime, day: str
    ) -> None:
        assert (await programme_day(context, moment)).isoformat() == day

    async def _swept_until(self, context: Context, desk: Desk, day: str) -> int:
        """Runs a sweeper until the day is saved; how many alerts the member has then."""
        async with self._sweeping(context, desk) as task:

            async def saved() -> bool:
                if task.done():
                    task.result()
                found = (await desk.checkpoints.get_many([NAME])).get(NAME)
                return found is not None and found.value.get("day") == day

            await eventually(saved)
        return len(await alerts(context, "ann"))

    @asynccontextmanager
    async def _sweeping(self, context: Context, desk: Desk) -> AsyncIterator["asyncio.Task[None]"]:
        lease = await desk.lease(NAME)
        stop = asyncio.Event()
        task = asyncio.create_task(sweep(context, desk.checkpoints, desk.imports, lease, stop))
        yield task
        stop.set()
        await task
        await desk.leases.release(lease)


async def _projected_until(desk: Desk, handled_at: datetime) -> None:
    await desk.house.context.totals.complete(1)
    lease = await desk.lease(AccountsFollower.name)
    await desk.checkpoints.claim(lease)
    await desk.checkpoints.save(lease, Place(handled_at=handled_at).plain(), now=handled_at)
    await desk.leases.release(lease)


class TestFinishUnfinished:
    async def test_an_event_that_a_crash_left_claimed_is_finished_after_a_minute(
        self, context: Context, clock: Clock
    ) -> None:
        (ann,) = await enrol(context, "Ann")
        event = Event("shop", "r1", "review", ann.id, NOON)
        body = event_to_plain(event) | {"by": [ActorKind.SERVICE.value, Actor(ActorKind.SERVICE, "shop").id]}
        await context.events.claim([Claim("shop|r1", ann.id, "i", NOON, NOON, body)])

        assert await finish_unfinished(context, NOON + timedelta(seconds=60)) == 0
        clock.advance(seconds=61)
        assert await finish_unfinished(context, clock()) == 1
        assert await finish_unfinished(context, clock()) == 0

        assert (await context.ledger.head(ann.id)).after.account("POINTS").available == 25
        (standing,) = await context.events.claim([Claim("shop|r1", ann.id, "i", NOON, NOON, body)])
        assert standing is not None
        assert standing.state is ClaimState.DONE
