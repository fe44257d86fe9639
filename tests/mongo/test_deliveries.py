"""A delivery is planned once, and changed only as it was read, by nobody who was overtaken."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from domain.alerts.channel import Channel
from domain.alerts.delivery import MAX_STEPS, Delivery, DeliveryState, Step, Why
from mongo.client import Database
from mongo.deliveries import Change, Deliveries, Overtaken
from tests.support.deliveries import a_delivery
from tests.support.house import NOON

SECOND = timedelta(seconds=1)
PUSH = partial(a_delivery, channel=Channel.PUSH)
SENT, DEAD = DeliveryState.SENT, DeliveryState.DEAD


@pytest.fixture
def deliveries(database: Database) -> Deliveries:
    return Deliveries(database)


def booking(was: Delivery) -> Change:
    tried = replace(was, attempts=was.attempts + 1, next_at=NOON + 9 * SECOND, booked_at=NOON, merged=(1, 2))
    return Change(was, tried, Step(NOON, "ATTEMPT"))


def settling(was: Delivery) -> Change:
    return Change(was, replace(was, state=SENT, sent_at=NOON), Step(NOON, "SENT", "ok"))


async def stands(deliveries: Deliveries, delivery: Delivery) -> Delivery:
    return (await deliveries.get_many([delivery.id]))[delivery.id]


class TestPlanMany:
    async def test_what_was_planned_is_what_stands(self, deliveries: Deliveries) -> None:
        full = a_delivery(
            device="d1",
            urgent=True,
            why=Why.ESCALATION,
            escalated=True,
            bundle="POINTS",
            merged=(1, 2),
            booked_at=NOON,
            sent_at=NOON,
            fence=3,
            attempts=2,
            steps=(Step(NOON, "ATTEMPT"), Step(NOON, "SENT", "ok")),
        )
        assert await deliveries.plan_many([full, a_delivery(seq=2)]) == 2
        assert await stands(deliveries, full) == full
        assert await stands(deliveries, a_delivery(seq=2)) == a_delivery(seq=2)

    async def test_planned_again_it_stays_as_it_is(self, deliveries: Deliveries) -> None:
        await deliveries.plan_many([a_delivery()])
        (booked,) = await deliveries.book_many([booking(a_delivery())], 1)
        assert await deliveries.plan_many([a_delivery(), a_delivery(seq=2)]) == 1
        assert replace(await stands(deliveries, booked), steps=()) == replace(booked, steps=())


class TestDue:
    async def test_the_longest_overdue_first_and_nothing_of_busy_lanes(self, deliveries: Deliveries) -> None:
        due = [a_delivery(f"m{n}", next_at=NOON - n * SECOND) for n in range(5)]
        later = a_delivery("later", next_at=NOON + SECOND)
        await deliveries.plan_many([*due, later, PUSH("other"), a_delivery("sent", state=SENT)])
        found = await deliveries.due("smtp", NOON, limit=3)
        assert [one.member for one in found] == ["m4", "m3", "m2"]
        found = await deliveries.due("smtp", NOON, limit=9, besides={due[4].lane, due[0].lane})
        assert [one.member for one in found] == ["m3", "m2", "m1"]
        assert await deliveries.any_due(["smtp"], NOON)
        assert not await deliveries.any_due(["sms"], NOON)
        assert await deliveries.providers_due(NOON) == ["apns", "smtp"]


class TestHeads:
    async def test_the_first_of_each_lane_that_waits_but_for_what_may_be_put_together(
        self, deliveries: Deliveries
    ) -> None:
        await deliveries.plan_many(
            [
                a_delivery(seq=1, state=SENT),
                a_delivery(seq=2, bundle="POINTS"),
                a_delivery(seq=4),
                a_delivery(seq=3),
                PUSH(seq=5, bundle="POINTS", attempts=1),
                PUSH(seq=6),
                a_delivery(seq=9, escalated=True, id="e"),
            ]
        )
        heads = await deliveries.heads({a_delivery().lane, PUSH().lane, "nobody"})
        assert {lane: one.seq for lane, one in heads.items()} == {a_delivery().lane: 3, PUSH().lane: 5}

    async def test_what_may_be_put_together_was_never_begun(self, deliveries: Deliveries) -> None:
        await deliveries.plan_many(
            [a_delivery(seq=n, bundle="POINTS", attempts=int(n == 2)) for n in (3, 2, 1)] + [a_delivery(seq=4)]
        )
        found = await deliveries.waiting_bundled({a_delivery().lane})
        assert [one.seq for one in found] == [1, 3]


class TestBeganSince:
    async def test_what_was_sent_or_begun_and_not_given_up(self, deliveries: Deliveries) -> None:
        begun = [PUSH(seq=n, booked_at=NOON - n * SECOND) for n in range(1, 4)]
        dead = PUSH(seq=8, booked_at=NOON, state=DEAD)
        sent = PUSH(seq=9, booked_at=NOON, state=SENT)
        others = [a_delivery(seq=1, booked_at=NOON), PUSH("bob", booked_at=NOON)]
        await deliveries.plan_many([*begun, dead, sent, PUSH(seq=10), *others])
        found = await deliveries.begun_since([("ann", Channel.PUSH)], NOON - 3 * SECOND)
        assert sorted(one.seq for one in found) == [1, 2, 9]
        assert await deliveries.begun_since([], NOON) == []


class TestBookMany:
    async def test_an_attempt_is_written_before_it_is_made(self, deliveries: Deliveries) -> None:
        await deliveries.plan_many([a_delivery()])
        (booked,) = await deliveries.book_many([booking(a_delivery())], 7)
        assert (booked.attempts, booked.fence, booked.next_at) == (1, 7, NOON + 9 * SECOND)
        assert await stands(deliveries, booked) == booked.after(Step(NOON, "ATTEMPT"))

    async def test_only_what_is_as_it_was_read_is_booked(self, deliveries: Deliveries) -> None:
        one, two = a_delivery(), a_delivery(seq=2)
        await deliveries.plan_many([one, two])
        await deliveries.book_many([booking(one)], 7)
        assert [found.id for found in await deliveries.book_many([booking(one), booking(two)], 8)] == [two.id]
        assert (await stands(deliveries, one)).attempts == 1

    async def test_whoever_was_overtaken_books_nothing(self, deliveries: Deliveries) -> None:
        await deliveries.plan_many([a_delivery()])
        (booked,) = await deliveries.book_many([booking(a_delivery())], 7)
        again = replace(booked, next_at=NOON)
        for change in (booking(a_delivery()), booking(again)):
            with pytest.raises(Overtaken):
                await deliveries.book_many([change], 6)
        assert (await stands(deliveries, booked)).fence == 7


class TestSettleMany:
    async def test_what_came_of_it_is_written_with_its_history(self, deliveries: Deliveries) -> None:
        await deliveries.plan_many([a_delivery()])
        (booked,) = await deliveries.book_many([booking(a_delivery())], 7)
        assert await deliveries.settle_many([settling(booked)], 7) == {booked.id}
        sent = await stands(deliveries, booked)
        assert (sent.state, sent.sent_at) == (SENT, NOON)
        assert sent.steps == (Step(NOON, "ATTEMPT"), Step(NOON, "SENT", "ok"))
        assert await deliveries.settle_many([settling(booked)], 7) == {booked.id}
        assert await stands(deliveries, booked) == sent

    async def test_whoever_was_overtaken_settles_nothing(self, deliveries: Deliveries) -> None:
        await deliveries.plan_many([a_delivery()])
        (booked,) = await deliveries.book_many([booking(a_delivery())], 7)
        (theirs,) = await deliveries.book_many([booking(booked)], 8)
        with pytest.raises(Overtaken):
            await deliveries.settle_many([settling(booked)], 7)
        assert replace(await stands(deliveries, booked), steps=()) == theirs

    async def test_a_history_keeps_its_newest(self, deliveries: Deliveries) -> None:
        await deliveries.plan_many([a_delivery()])
        one = a_delivery()
        for number in range(MAX_STEPS + 5):
            becomes = replace(one, next_at=NOON + number * SECOND)
            await deliveries.settle_many([Change(one, becomes, Step(NOON, f"S{number}"))], 1)
            one = becomes
        steps = (await stands(deliveries, one)).steps
        assert (len(steps), steps[0].what, steps[-1].what) == (MAX_STEPS, "S5", f"S{MAX_STEPS + 4}")


class TestReplay:
    async def test_a_dead_one_waits_again_from_its_first_attempt(self, deliveries: Deliveries) -> None:
        dead = a_delivery(state=DEAD, attempts=9, fence=3, merged=(1,), booked_at=NOON)
        await deliveries.plan_many([dead])
        later = NOON + 99 * SECOND
        again = await deliveries.replay(dead, now=NOON, until=later)
        assert again is not None
        assert (again.state, again.attempts, again.next_at, again.until) == (dead.state.WAITING, 0, NOON, later)
        assert (again.merged, again.steps) == ((1,), (Step(NOON, "REPLAYED"),))
        assert await deliveries.replay(dead, now=NOON, until=later) is None


class TestPages:
    async def test_a_members_those_of_the_newest_message_first(self, deliveries: Deliveries) -> None:
        rows = [make(seq=n) for n in (1, 2, 3) for make in (a_delivery, PUSH)]
        await deliveries.plan_many([*rows, a_delivery("bob", 9)])
        expected = sorted(rows, key=lambda one: (one.seq, one.id), reverse=True)
        assert await deliveries.page_of("ann", first=9) == expected
        for at in range(5):
            cursor = (expected[at].seq, expected[at].id)
            assert await deliveries.page_of("ann", first=2, after=cursor) == expected[at + 1 : at + 3]

    async def test_all_in_a_state_newest_first(self, deliveries: Deliveries) -> None:
        rows = [a_delivery(f"m{n}", state=DEAD, created_at=NOON - n // 2 * SECOND) for n in range(6)]
        await deliveries.plan_many([*rows, a_delivery("bob")])
        expected = sorted(rows, key=lambda one: (one.created_at, one.id), reverse=True)
        assert await deliveries.page(DEAD, first=9) == expected
        for at in range(5):
            cursor = (expected[at].created_at, expected[at].id)
            assert await deliveries.page(DEAD, first=2, after=cursor) == expected[at + 1 : at + 3]

    async def test_of_messages_every_one_is_answered(self, deliveries: Deliveries) -> None:
        await deliveries.plan_many([a_delivery(), PUSH(), a_delivery(seq=2)])
        found = await deliveries.of_messages([("ann", 1), ("ann", 7)])
        assert found == {("ann", 1): [a_delivery(), PUSH()], ("ann", 7): []}
        assert await deliveries.of_messages([]) == {}
