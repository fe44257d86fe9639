"""Each message is told once an address, in its order, again until it is heard, never by who was overtaken."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.alerts.breaker import OPENS_AFTER
from domain.alerts.channel import Channel
from domain.alerts.delivery import FORMER, DeliveryState, Why, provider_id
from domain.alerts.route import LASTING
from domain.members.change import ChangeProfile
from domain.members.member import Member
from domain.program.alerts import AlertCap, Escalation
from mongo.deliveries import Overtaken
from mongo.devices import Devices
from notifications.channels.driver import Failed, Gone, Retry
from services.context import Context
from services.members.update_profile import update_profile
from tests.notifications.delivery.conftest import publish_alerts
from tests.support.carrying import (
    APNS,
    HANGS,
    MINUTES,
    SMTP,
    Post,
    Posting,
    a_device,
    earned,
    loud,
    news,
)
from tests.support.eventually import eventually
from tests.support.house import NOON, Clock
from tests.support.members import a_member
from tests.support.people import as_member

SENT, WAITING, DEAD = DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.DEAD
DROPPED, MERGED = DeliveryState.DROPPED, DeliveryState.MERGED
DOWN = Retry("no answer in time", down=True)


class TestOnce:
    async def test_a_message_is_told_once_to_each_address(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        await context.devices.register(a_device(ada, 2))
        await office.tell(news(ada))
        await office.through()
        await office.tell(news(ada))
        await office.through()
        one, two = await office.all()
        assert sorted(parcel.to for parcel in post.carried) == ["token-1", "token-2"]
        assert {parcel.id for parcel in post.carried} == {provider_id(one.id), provider_id(two.id)}
        assert (one.state, one.attempts, one.sent_at) == (SENT, 1, NOON)
        assert [(step.what, step.answer) for step in one.steps] == [("ATTEMPT", None), ("SENT", "ok")]

    async def test_planned_again_nothing_is_changed(self, office: Posting, post: Post, ada: Member) -> None:
        await office.tell(news(ada))
        await office.through()
        await office.house.database["inbox"].update_many({}, {"$set": {"unrouted": True}})
        before = await office.all()
        await office.through()
        assert await office.all() == before
        assert post.seqs == [1]

    async def test_what_nobody_routed_for_three_days_stays_in_the_inbox_alone(
        self, office: Posting, ada: Member
    ) -> None:
        await office.tell(news(ada, at=NOON - timedelta(days=3, milliseconds=1)))
        await office.through()
        assert await office.all() == []


class TestRetries:
    async def test_it_is_tried_again_under_the_same_id_no_sooner_than_asked(
        self, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        post.answers = [Retry("HTTP 429", timedelta(seconds=30)), Retry("HTTP 500")]
        await office.tell(news(ada))
        await office.through()
        waits = await office.only()
        assert (waits.state, waits.why, waits.attempts) == (WAITING, Why.RETRY, 1)
        assert waits.next_at == NOON + timedelta(seconds=30)
        clock.advance(seconds=29)
        await office.through()
        assert len(post.carried) == 1
        clock.advance(seconds=1)
        await office.through()
        assert (await office.only()).next_at == clock.now + timedelta(seconds=2)
        clock.advance(seconds=2)
        await office.through()
        assert len({parcel.id for parcel in post.carried}) == 1
        assert [parcel.now for parcel in post.carried] == [NOON, NOON + timedelta(seconds=30), clock.now]
        assert ((await office.only()).state, (await office.only()).attempts) == (SENT, 3)

    async def test_what_is_refused_for_ever_is_dead_until_staff_try_again(
        self, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        post.answers = [Failed("HTTP 400")]
        await office.tell(news(ada))
        await office.through()
        dead = await office.only()
        assert (dead.state, dead.steps[-1].what, dead.steps[-1].answer) == (DEAD, "DEAD", "HTTP 400")
        now = clock.advance(days=9)
        again = await office.deliveries.replay(dead, now=now, until=now + LASTING[dead.channel])
        assert again is not None
        assert await office.deliveries.replay(dead, now=now, until=now) is None
        await office.through()
        sent = await office.only()
        assert (sent.state, sent.attempts) == (SENT, 1)
        assert [step.what for step in sent.steps] == ["ATTEMPT", "DEAD", "REPLAYED", "ATTEMPT", "SENT"]
        assert len({parcel.id for parcel in post.carried}) == 1

    async def test_what_would_come_too_late_is_dead(self, office: Posting, post: Post, ada: Member) -> None:
        post.answers = [Retry("HTTP 503", timedelta(days=7))]
        await office.tell(news(ada, at=NOON - timedelta(hours=1)))
        await office.through()
        assert (await office.only()).state is DEAD

    async def test_a_driver_that_fails_itself_is_tried_again(
        self, office: Posting, post: Post, ada: Member
    ) -> None:
        post.answers = [None]  # type: ignore[list-item]
        await office.tell(news(ada))
        async with office.running():
            await eventually(lambda: bool(post.carried))

    async def test_a_device_that_is_gone_is_forgotten(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        post.answers = [Gone("410 Unregistered")]
        await office.tell(news(ada))
        await office.through()
        gone = await office.only()
        assert (gone.state, gone.why) == (DROPPED, Why.NO_ADDRESS)
        assert await context.devices.of_members([ada.id]) == {}

    async def test_an_address_that_bounces_is_noted_and_used_no_more(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        await publish_alerts(context, loud(Channel.EMAIL))
        post.answers = [Gone("550 no such user")]
        await office.tell(news(ada), news(ada, 2))
        await office.through()
        assert [(one.state, one.why) for one in await office.all()] == [(DROPPED, Why.BOUNCED)] * 2
        bounce = (await context.preferences.of_members([ada.id]))[ada.id].bounces[Channel.EMAIL]
        assert (bounce.address, bounce.at, bounce.answer) == ("ada@example.com", NOON, "550 no such user")
        assert post.seqs == [1]


class TestOrder:
    async def test_a_members_messages_of_a_kind_come_in_the_inboxs_order(
        self, office: Posting, post: Post, ada: Member
    ) -> None:
        await office.tell(*(news(ada, number) for number in range(1, 21)))
        await office.through()
        assert post.seqs == list(range(1, 21))

    async def test_while_the_first_is_tried_again_the_later_ones_wait(
        self, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        post.answers = [Retry("HTTP 500"), Retry("HTTP 500")]
        await office.tell(news(ada, 1), news(ada, 2), news(ada, 3))
        await office.through()
        first, second, third = await office.all()
        assert post.seqs == [1]
        assert (second.state, second.why, second.next_at) == (WAITING, Why.ORDER, first.next_at)
        assert (third.why, third.attempts) == (Why.ORDER, 0)
        clock.now = first.next_at
        await office.through()
        assert post.seqs == [1, 1]
        clock.advance(seconds=2)
        await office.through()
        assert post.seqs == [1, 1, 1, 2, 3]

    async def test_a_dead_one_lets_the_next_go(self, office: Posting, post: Post, ada: Member) -> None:
        post.answers = [Failed("HTTP 400")]
        await office.tell(news(ada, 1), news(ada, 2))
        await office.through()
        assert await office.states() == [DEAD, SENT]

    async def test_other_members_wait_for_nobody(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        bob = a_member(2)
        await context.members.insert(bob)
        await context.devices.register(a_device(bob, 9))
        post.answers = [Retry("HTTP 500")]
        await office.tell(news(ada, 1), news(ada, 2))
        await office.through()
        await office.tell(news(bob))
        await office.through()
        assert [parcel.to for parcel in post.carried] == ["token-1", "token-9"]


class TestSlowProviders:
    async def test_one_that_hangs_holds_up_no_other(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        await publish_alerts(context, loud(Channel.PUSH, Channel.EMAIL))
        slow = Post(at_once=2, answers=[HANGS] * 999)
        office.drivers = {APNS: slow, SMTP: post}
        members = [a_member(number, email=f"{number}@example.com") for number in range(10, 40)]
        await context.members.insert_many(members)
        for number, member in enumerate(members):
            await context.devices.register(a_device(member, number))
        async with office.running():
            await office.tell(*map(news, members))
            await eventually(lambda: len(post.carried) == len(members))
            assert len(slow.carried) == 2
            await office.tell(*(news(member, 2) for member in members))
            await eventually(lambda: len(post.carried) == 2 * len(members))
            slow.let_go.set()
            slow.answers = []
            await eventually(lambda: len(slow.carried) == 2 * len(members))

    async def test_one_that_is_away_is_left_alone_then_asked_by_one(
        self, context: Context, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        members = [a_member(number) for number in range(10, 40)]
        await context.members.insert_many(members)
        for number, member in enumerate(members):
            await context.devices.register(a_device(member, number))
        post.at_once, post.answers = 1, [DOWN] * (OPENS_AFTER + 1)
        async with office.running() as dispatcher:
            await office.tell(*map(news, members))
            await eventually(lambda: len(post.carried) == OPENS_AFTER and dispatcher.flying == 0)
            # What was booked and not begun before it opened is given back: no attempt is counted.
            attempts = [one.attempts for one in await office.all()]
            assert sorted(attempts) == [0] * (len(members) - OPENS_AFTER) + [1] * OPENS_AFTER
            clock.advance(seconds=5)
            await eventually(lambda: len(post.carried) == OPENS_AFTER + 1 and dispatcher.flying == 0)
            clock.advance(seconds=9)
            await office.tell(news(members[0], 2))
            await eventually(lambda: _routed(office))
            assert len(post.carried) == OPENS_AFTER + 1
            clock.advance(seconds=1)
            await eventually(lambda: office.is_idle(dispatcher))
        assert set(await office.states()) == {SENT}


class TestPreferencesAreReadAgain:
    async def test_what_is_not_wanted_any_more_is_not_sent(
        self, context: Context, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        post.answers = [Retry("HTTP 500")]
        await office.tell(news(ada))
        await office.through()
        await context.preferences.change(ada.id, choices={(news(ada).kind, Channel.PUSH): False})
        clock.advance(seconds=2)
        await office.through()
        dropped = await office.only()
        assert (dropped.state, dropped.why, dropped.steps[-1].what) == (DROPPED, Why.NOT_WANTED, "NOT_WANTED")
        assert len(post.carried) == 1

    async def test_what_was_stopped_meanwhile_is_not_sent(
        self, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        async def stopped(ids: object) -> set[str]:
            return {"a1"}

        office.stores = replace(office.stores, stopped=stopped)
        await office.tell(news(ada, 1, announcement="a1"), news(ada, 2, announcement="a2"))
        await office.through()
        assert [(one.state, one.why) for one in await office.all()] == [(DROPPED, Why.STOPPED), (SENT, None)]

    async def test_what_rings_is_held_over_quiet_hours_and_not_dropped(
        self, context: Context, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        await publish_alerts(context, loud(Channel.PUSH, Channel.EMAIL, quiet_hours="12:00-14:00"))
        await office.tell(news(ada))
        await office.through()
        mail, push = await office.all()
        assert (mail.state, push.state, push.why) == (SENT, WAITING, Why.QUIET_HOURS)
        assert (push.next_at, push.until) == (NOON + timedelta(hours=1), NOON + timedelta(days=1, hours=1))
        clock.advance(hours=1)
        await office.through()
        assert await office.states() == [SENT, SENT]


class TestCaps:
    async def test_no_more_messages_than_the_cap_go_within_any_of_its_hours(
        self, context: Context, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        await context.devices.register(a_device(ada, 2))
        await publish_alerts(context, loud(Channel.PUSH, caps=(AlertCap(Channel.PUSH, 2, 24),)))
        for number in range(1, 5):
            await office.tell(news(ada, number, at=clock.now))
            await office.through()
            clock.advance(hours=10)
        assert sorted(post.seqs) == [1, 1, 2, 2, 4, 4]
        capped = [(one.seq, one.why) for one in await office.all() if one.state is DROPPED]
        assert capped == [(3, Why.CAPPED)] * 2

    async def test_a_burst_in_one_batch_is_counted_one_by_one_and_urgent_ones_pass(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        await publish_alerts(context, loud(Channel.PUSH, caps=(AlertCap(Channel.PUSH, 3, 24),)))
        await office.tell(*(news(ada, number, urgent=number == 9) for number in range(1, 10)))
        await office.through()
        assert post.seqs == [1, 2, 3, 9]


class TestDigest:
    async def test_five_purchases_are_told_in_two_pushes(
        self, context: Context, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        await publish_alerts(context, loud(Channel.PUSH, digest=MINUTES))
        for number, points in enumerate((10, 40, 100, 50, 150), 1):
            await office.tell(earned(ada, number, points, at=clock.now))
            await office.through()
            clock.advance(minutes=10)
        assert post.seqs == [1]
        clock.now = NOON + timedelta(hours=1)
        await office.through()
        assert await office.states() == [SENT, MERGED, MERGED, MERGED, SENT]
        digest = post.carried[-1]
        assert (digest.seq, digest.title) == (5, "+340 Points")
        assert digest.body == "You earned 340 Points in 4 purchases today."
        assert digest.data["points"] == 340
        assert (await office.all())[-1].merged == (2, 3, 4)

    async def test_what_is_spent_meanwhile_goes_by_itself_at_once(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        await publish_alerts(context, loud(Channel.PUSH, digest=MINUTES))
        await office.tell(earned(ada, 1, 5))
        await office.through()
        await office.tell(earned(ada, 2, 5), news(ada, 3, points=-5))
        await office.through()
        assert post.seqs == [1, 3]

    async def test_what_waited_together_is_told_together(
        self, office: Posting, context: Context, post: Post, ada: Member
    ) -> None:
        await publish_alerts(context, loud(Channel.PUSH, digest=MINUTES))
        await office.tell(earned(ada, 1, 5), earned(ada, 2, 7))
        await office.through()
        assert [parcel.title for parcel in post.carried] == ["+12 Points"]

    async def test_one_alone_goes_as_itself(
        self, context: Context, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        await publish_alerts(context, loud(Channel.PUSH, digest=MINUTES))
        await office.tell(earned(ada, 1, 5))
        await office.through()
        await office.tell(earned(ada, 2, 7))
        await office.through()
        clock.advance(hours=1)
        await office.through()
        assert [parcel.title for parcel in post.carried] == ["Title 1", "Title 2"]

    async def test_what_was_read_meanwhile_is_neither_told_nor_counted(
        self, context: Context, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        await publish_alerts(context, loud(Channel.PUSH, digest=MINUTES))
        await office.tell(earned(ada, 1, 1))
        await office.through()
        await office.tell(*(earned(ada, number, number) for number in range(2, 5)))
        await office.through()
        await context.inbox.mark_read(ada.id, [3], now=clock.advance(hours=1))
        await office.through()
        assert await office.states() == [SENT, MERGED, DROPPED, SENT]
        assert post.carried[-1].data["points"] == 2 + 4

    async def test_killed_after_the_booking_nothing_is_told_twice(
        self, context: Context, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        await publish_alerts(context, loud(Channel.PUSH, digest=MINUTES))
        await office.tell(earned(ada, 1, 10))
        await office.through()
        await office.tell(earned(ada, 2, 10), earned(ada, 3, 10))
        await office.through()
        clock.advance(hours=1)
        post.answers = [Retry("HTTP 500")]
        await office.through()
        # As if what was merged had never been written.
        rows = office.house.database["deliveries"]
        merged = {"$set": {"state": "WAITING", "why": "DIGEST"}}
        assert (await rows.update_many({"state": "MERGED"}, merged)).modified_count == 1
        clock.advance(hours=3)
        await office.through()
        assert await office.states() == [SENT, MERGED, SENT]
        assert [parcel.data["points"] for parcel in post.carried] == [10, 20, 20]


class TestEscalation:
    @pytest.fixture
    async def escalating(self, context: Context, ada: Member) -> None:
        kind = news(ada).kind
        await publish_alerts(context, loud(Channel.PUSH, escalation=Escalation((kind,), 24, Channel.EMAIL)))

    @pytest.mark.usefixtures("escalating")
    async def test_what_is_not_read_in_a_day_is_mailed(
        self, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        await office.tell(news(ada))
        await office.through()
        assert [parcel.to for parcel in post.carried] == ["token-1"]
        clock.advance(hours=24)
        await office.through()
        assert [parcel.to for parcel in post.carried] == ["token-1", "ada@example.com"]

    @pytest.mark.usefixtures("escalating")
    async def test_what_was_read_is_not(
        self, context: Context, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        await office.tell(news(ada))
        await office.through()
        await context.inbox.mark_read(ada.id, None, now=clock.advance(hours=24))
        await office.through()
        mail, _ = await office.all()
        assert (mail.state, mail.why, len(post.carried)) == (DROPPED, Why.READ, 1)


class TestChangesOfHands:
    async def test_whoever_was_overtaken_while_sending_settles_nothing(
        self, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        post.answers = [HANGS]
        await office.tell(news(ada))

        async def overtaken() -> None:
            async with office.running(fence=1):
                await eventually(lambda: len(post.carried) == 1)
                clock.advance(minutes=1)
                post.answers = [Failed("HTTP 400")]
                async with office.running(fence=2) as second:
                    await eventually(lambda: len(post.carried) == 2 and not second.flying)
                post.let_go.set()

        with pytest.raises(Overtaken):
            await overtaken()
        (delivery,) = await office.all()
        assert (delivery.state, delivery.fence, delivery.attempts) == (DEAD, 2, 2)
        assert len({parcel.id for parcel in post.carried}) == 1

    async def test_what_was_begun_by_one_who_died_is_sent_again_under_the_same_id(
        self, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        post.answers = [HANGS]
        await office.tell(news(ada))
        async with office.running(grace=0):
            await eventually(lambda: len(post.carried) == 1)
        left = await office.only()
        assert (left.state, left.attempts, left.next_at) == (WAITING, 1, NOON + timedelta(seconds=10))
        clock.advance(seconds=10)
        await office.through()
        assert (await office.only()).state is SENT
        assert len({parcel.id for parcel in post.carried}) == 1

    async def test_told_to_stop_while_it_writes_what_came_of_an_attempt_it_writes_it(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        writing, go = asyncio.Event(), asyncio.Event()

        class Slow(Devices):
            async def remove(self, member: str, id: str, *, seen_by: datetime | None = None) -> bool:
                writing.set()
                await go.wait()
                return await super().remove(member, id, seen_by=seen_by)

        office.stores = replace(office.stores, devices=Slow(office.house.database))
        post.answers = [Gone("410")]
        await office.tell(news(ada))
        async with office.running():
            await writing.wait()
            asyncio.get_running_loop().call_later(0.1, go.set)
        one = await office.only()
        assert (one.state, one.why) == (DROPPED, Why.NO_ADDRESS)
        assert await context.devices.of_members([ada.id]) == {}

    async def test_told_to_stop_it_lets_what_is_on_its_way_land_and_gives_back_what_was_not_begun(
        self, context: Context, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        bob = a_member(2)
        await context.members.insert(bob)
        await context.devices.register(a_device(bob, 9))
        post.at_once, post.answers = 1, [HANGS]
        await office.tell(news(ada), news(bob))
        async with office.running(grace=30) as dispatcher:
            await eventually(lambda: dispatcher.flying == 2)
            asyncio.get_running_loop().call_later(0.1, post.let_go.set)
        assert sorted((one.state, one.attempts) for one in await office.all()) == [(SENT, 1), (WAITING, 0)]
        await office.through()
        assert await office.states() == [SENT, SENT]
        assert len(post.carried) == 2

    async def test_what_waits_for_a_provider_that_is_not_set_up_waits_uncounted_until_it_is(
        self, office: Posting, post: Post, ada: Member, clock: Clock
    ) -> None:
        await office.tell(news(ada))
        before, office.drivers = office.drivers, {APNS: Post(answers=[Retry("HTTP 500")])}
        await office.through()
        clock.advance(minutes=1)
        office.drivers = {SMTP: post}
        async with office.running():
            await eventually(lambda: _held(office))
        waits = await office.only()
        assert (waits.state, waits.why, waits.attempts) == (WAITING, Why.PROVIDER_DOWN, 1)
        office.drivers = before
        clock.advance(minutes=1)
        await office.through()
        assert (await office.only()).state is SENT


class TestAddressOfBefore:
    async def test_whose_address_it_was_is_told_of_the_change_too_and_gets_no_link(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        async def link(member: str) -> str:
            return f"https://x.example/{member}"

        office.stores = replace(office.stores, unsubscribe=link)
        office.drivers = {SMTP: post}
        await _change(context, ada, email="new@example.com")
        await office.through()
        mails = {parcel.to: parcel for parcel in post.carried}
        assert sorted(mails) == ["ada@example.com", "new@example.com"]
        assert [mails[to].unsubscribe is None for to in sorted(mails)] == [True, False]
        assert len({parcel.id for parcel in post.carried}) == 2
        assert {parcel.title for parcel in post.carried} == {"Your e-mail address was changed"}

    async def test_that_it_reaches_nobody_any_more_is_no_bounce_of_the_new_one(
        self, context: Context, office: Posting, post: Post, ada: Member
    ) -> None:
        office.drivers = {SMTP: post}
        post.answers = [Gone("550 5.1.1"), Gone("550 5.1.1")]
        await _change(context, ada, email=None)
        await office.through()
        (former,) = await office.all()
        assert (former.device, former.state, former.why) == (FORMER, DROPPED, Why.BOUNCED)
        assert (await context.preferences.of_members([ada.id]))[ada.id].bounces == {}
        assert len((await context.devices.of_members([ada.id]))[ada.id]) == 1

    async def test_nobody_is_shown_the_address(self, context: Context, ada: Member) -> None:
        await _change(context, ada, email="new@example.com", phone="+441632960002")
        rows = await context.inbox.since(ada.id, 0, limit=10)
        assert [row.message.also for row in rows] == ["ada@example.com", None]
        assert not any("example.com" in f"{row.message.title}{row.message.body}{row.message!r}" for row in rows)


async def _change(context: Context, member: Member, **given: str | None) -> None:
    outcome = await update_profile(context, as_member(member).actor(), ChangeProfile(member.id, given))
    assert isinstance(outcome, Member)


async def _routed(office: Posting) -> bool:
    return not await office.stores.inbox.unrouted(limit=1)


async def _held(office: Posting) -> bool:
    return (await office.only()).why is Why.PROVIDER_DOWN
