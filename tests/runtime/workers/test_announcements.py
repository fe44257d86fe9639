"""Announcements are sent at their time, once to each, as far as nobody stops them, whoever is killed meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.alerts.announcement import Announcement, AnnouncementState
from domain.alerts.channel import Channel
from domain.alerts.delivery import DeliveryState, Why
from domain.inbox.message import NotificationKind
from mongo.announcements import Announcements
from mongo.leases import Lease
from runtime.wiring import House
from runtime.workers.announcements import NAME, announce
from services.alerts.send_announcement import send_announcement
from services.alerts.stop_announcement import stop_announcement
from services.context import Context
from tests.notifications.delivery.conftest import publish_alerts
from tests.support.announcing import SUE, announced, members_of, stands, told
from tests.support.carrying import APNS, Post, a_device, loud, posting
from tests.support.eventually import eventually
from tests.support.house import NOON, Clock
from tests.support.members import a_member
from tests.support.other_worker import OtherWorker
from tests.support.working import working

SENT, STOPPED = AnnouncementState.SENT, AnnouncementState.STOPPED


@asynccontextmanager
async def announcing(context: Context, fence: int = 1) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(announce(context, Lease(NAME, fence), stop, every=0.01))
    try:
        yield
    finally:
        stop.set()
        await task


async def until(context: Context, id: str, state: AnnouncementState) -> Announcement:
    async def reached() -> bool:
        return (await stands(context, id)).state is state

    await eventually(reached)
    return await stands(context, id)


class Held(Announcements):
    """Waits after each page that is noted until it may go on."""

    def __init__(self, house: House) -> None:
        super().__init__(house.database)
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

    async def advance(self, *args: Any, **counts: Any) -> bool:
        noted = await super().advance(*args, **counts)
        self.reached.set()
        await self.go_on.wait()
        return noted


async def send(context: Context, fence: int, page: int) -> None:
    taken = await context.announcements.take(fence, now=context.clock())
    assert taken is not None
    await send_announcement(context, taken, fence, leave=lambda: False, page=page)


class TestSchedule:
    async def test_nobody_is_told_before_its_time_and_all_at_it(self, context: Context, clock: Clock) -> None:
        members = await members_of(context, 3)
        made = await announced(context, at=NOON + timedelta(hours=1))
        clock.advance(minutes=59)
        assert await context.announcements.take(1, now=clock()) is None
        clock.advance(minutes=1)
        async with announcing(context):
            found = await until(context, made.id, SENT)
        assert await told(context, members, made.id) == dict.fromkeys([one.id for one in members], 1)
        assert (found.sending.looked_at, found.sending.told, found.sending.members) == (3, 3, 3)
        assert found.sending.started_at == found.sending.finished_at == NOON + timedelta(hours=1)

    async def test_nobody_is_told_from_its_end_on(self, context: Context, clock: Clock) -> None:
        members = await members_of(context, 3)
        made = await announced(context, ends_at=NOON + timedelta(hours=1))
        clock.advance(hours=1)
        async with announcing(context):
            found = await until(context, made.id, SENT)
        assert sum((await told(context, members, made.id)).values()) == found.sending.told == 0

    async def test_who_joins_while_it_is_sent_is_not_told_wherever_their_id_is(
        self, house: House, clock: Clock
    ) -> None:
        held = Held(house)
        context = replace(house.context, announcements=held)
        members = await members_of(context, 4)
        made = await announced(context)
        sending = asyncio.create_task(send(context, 1, page=2))
        await held.reached.wait()
        joined = clock.advance(seconds=1)
        late = [a_member(9, joined_at=joined), replace(a_member(8, joined_at=joined), id="a" * 20)]
        await context.members.insert_many(late)
        held.go_on.set()
        await sending
        assert set((await told(context, members, made.id)).values()) == {1}
        assert set((await told(context, late, made.id)).values()) == {0}

    async def test_one_after_the_other_all_that_are_due_are_sent(self, context: Context) -> None:
        members = await members_of(context, 2)
        made = [await announced(context, key=key) for key in "abc"]
        async with announcing(context):
            for one in made:
                await until(context, one.id, SENT)
        for one in made:
            assert set((await told(context, members, one.id)).values()) == {1}


class TestStop:
    async def test_one_that_waits_is_never_sent(self, context: Context, clock: Clock) -> None:
        made = await announced(context, at=NOON + timedelta(hours=1))
        await stop_announcement(context, SUE, made.id)
        clock.advance(hours=2)
        assert await context.announcements.take(1, now=clock()) is None

    async def test_stopped_in_the_middle_the_rest_is_never_told(self, house: House) -> None:
        held = Held(house)
        context = replace(house.context, announcements=held)
        members = await members_of(context, 6)
        made = await announced(context)
        sending = asyncio.create_task(send(context, 1, page=2))
        await held.reached.wait()
        stopped = await stop_announcement(house.context, SUE, made.id)
        held.go_on.set()
        await sending
        counts = await told(context, members, made.id)
        # The page that was under way, and no other.
        assert list(counts.values()) in ([1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0])
        assert await stands(context, made.id) == stopped
        assert await context.announcements.take(2, now=NOON) is None

    async def test_what_waits_to_go_to_a_channel_does_not_go(self, house: House) -> None:
        context, post = house.context, Post()
        await publish_alerts(context, loud(Channel.PUSH, kind=NotificationKind.ANNOUNCEMENT))
        members = await members_of(context, 3)
        for number, member in enumerate(members):
            await context.devices.register(a_device(member, number))
        kept, stopped = await announced(context, key="kept"), await announced(context, key="stopped")
        async with announcing(context):
            await until(context, kept.id, SENT)
            await until(context, stopped.id, SENT)
        await stop_announcement(context, SUE, stopped.id)
        office = posting(house, {APNS: post})
        await office.through()
        found = [(delivery.state, delivery.why) for delivery in await office.all()]
        assert sorted(found, key=str) == [
            *[(DeliveryState.DROPPED, Why.STOPPED)] * 3,
            *[(DeliveryState.SENT, None)] * 3,
        ]
        assert {parcel.data["announcement"] for parcel in post.carried} == {kept.id}
        assert set((await told(context, members, stopped.id)).values()) == {1}


class TestKilled:
    @pytest.mark.parametrize("writes", [4, 5, 6, 7, 8, 14])
    async def test_killed_after_any_write_each_is_told_once(
        self, house: House, mongo_uri: str, writes: int
    ) -> None:
        context = house.context
        members = await members_of(context, 23)
        made = await announced(context)
        module = "tests.support.mortal_announcer"
        async with OtherWorker(house, mongo_uri, then=str(writes), module=module) as other:
            assert await other.ended() == -9
        assert (await stands(context, made.id)).state is AnnouncementState.SENDING
        async with announcing(context, fence=2):
            found = await until(context, made.id, SENT)
        assert list((await told(context, members, made.id)).values()) == [1] * 23
        assert (found.sending.looked_at, found.sending.told) == (23, 23)

    async def test_who_has_lost_the_lease_goes_no_further_than_a_page(self, house: House) -> None:
        held = Held(house)
        context = replace(house.context, announcements=held)
        members = await members_of(context, 6)
        made = await announced(context)
        stalled = asyncio.create_task(send(context, 1, page=2))
        await held.reached.wait()
        async with announcing(house.context, fence=2):
            await until(context, made.id, SENT)
        held.go_on.set()
        await stalled
        found = await stands(context, made.id)
        assert (found.sending.looked_at, found.sending.told) == (6, 6)
        assert list((await told(context, members, made.id)).values()) == [1] * 6

    async def test_two_processes_tell_each_once(self, house: House) -> None:
        members = await members_of(house.context, 30)
        async with working(house), working(house):
            made = await announced(house.context)
            await until(house.context, made.id, SENT)
        assert list((await told(house.context, members, made.id)).values()) == [1] * 30
