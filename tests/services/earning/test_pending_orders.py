"""Awards that wait: released by date, or when their order is delivered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending
from domain.members.lookup import MemberLookup
from domain.program.earning import EarningRule, Expiry
from domain.program.policies import PendingAwards
from services.context import Context
from services.earning.record_events import Recorded, finish_events
from tests.support.house import Clock
from tests.support.members import a_member
from tests.support.orders import (
    AT,
    EARNED,
    MILES,
    TWO_CURRENCIES,
    account,
    answers,
    delivery,
    entries_of,
    publish,
    purchase,
    record,
    refusals,
)
from tests.support.programs import SPEND, a_program

WAITING = replace(TWO_CURRENCIES, pending=PendingAwards(("purchase",), 14, ("delivery",)))
UNTIL_DELIVERY = replace(TWO_CURRENCIES, pending=PendingAwards(("purchase",), None, ("delivery",)))
# Fourteen days after the 10th, at midnight in New York.
FREE = datetime(2026, 6, 25, 4, tzinfo=UTC)
EXPIRES = datetime(2027, 7, 1, 4, tzinfo=UTC)
NOT_KNOWN = ("NOT_FOUND", ("attributes", "order"))


class TestByDate:
    async def test_an_award_waits_with_its_explanation_and_its_dates(self, context: Context) -> None:
        member = await publish(context, WAITING)
        points, miles = await record(context, purchase())
        assert (points.kind, points.points, points.changes.waiting) == (EntryKind.PENDING, 0, EARNED)
        assert (points.key, [line.points for line in points.lines]) == ("event:shop|o1#POINTS", [EARNED])
        assert points.changes.pending == (Pending(FREE, EXPIRES, EARNED),)
        assert (miles.currency, miles.changes.waiting) == ("MILES", 8)
        assert (await account(context, member)).available == 0

    async def test_it_qualifies_at_once(self, context: Context) -> None:
        await publish(context, WAITING)
        [entry, _] = await record(context, purchase())
        assert dict(entry.after.qualifying) == {"2026": EARNED}

    async def test_it_is_available_when_its_day_has_come_and_the_ledger_says_since_when(
        self, context: Context, clock: Clock
    ) -> None:
        member = await publish(context, WAITING)
        await record(context, purchase())
        clock.now = FREE - timedelta(milliseconds=1)
        assert (await account(context, member)).available == 0
        clock.now = FREE
        assert (await account(context, member)).lots == (Lot(EXPIRES, EARNED),)
        clock.advance(days=3)
        await record(context, purchase("o2", occurred_at=clock.now))
        entries = [(entry.kind, entry.points, entry.effective_at) for entry in await entries_of(context, member)]
        assert entries[2:4] == [(EntryKind.RELEASE, 8, FREE), (EntryKind.RELEASE, EARNED, FREE)]

    async def test_what_waited_long_enough_before_it_was_heard_of_is_available_at_once(
        self, context: Context
    ) -> None:
        member = await publish(context, WAITING)
        [entry, _] = await record(context, purchase(occurred_at=AT - timedelta(days=30)))
        assert (entry.kind, entry.points) == (EntryKind.EARN, EARNED)
        assert (await account(context, member)).waiting == 0

    async def test_a_backdated_one_waited_in_its_own_time(self, context: Context) -> None:
        member = await publish(context, WAITING)
        await record(context, purchase(occurred_at=AT - timedelta(days=30)), backdated=True)
        await record(context, purchase("o2", occurred_at=AT), backdated=True)
        kinds = [(entry.kind, entry.currency) for entry in await entries_of(context, member)]
        assert kinds[:4] == [
            (EntryKind.PENDING, "POINTS"),
            (EntryKind.PENDING, "MILES"),
            (EntryKind.RELEASE, "MILES"),
            (EntryKind.RELEASE, "POINTS"),
        ]

    async def test_other_events_do_not_wait(self, context: Context) -> None:
        await publish(context, a_program(pending=PendingAwards(("purchase",))))
        [entry] = await record(context, replace(purchase(), type="review", lines=()))
        assert (entry.kind, entry.points) == (EntryKind.EARN, 25)


class TestByDelivery:
    async def test_a_delivery_releases_what_its_order_earned_in_every_currency(self, context: Context) -> None:
        member = await publish(context, UNTIL_DELIVERY)
        pending = await record(context, purchase(), purchase("o2"))
        released = await record(context, delivery())
        assert [(e.kind, e.currency, e.points, e.reverses, e.key) for e in released] == [
            (EntryKind.RELEASE, "POINTS", EARNED, pending[0].seq, "release:shop|d1#POINTS"),
            (EntryKind.RELEASE, "MILES", 8, pending[1].seq, "release:shop|d1#MILES"),
        ]
        assert (released[0].reference, released[0].reason) == ("shop/d1", "delivery")
        points = await account(context, member)
        assert (points.lots, points.waiting) == ((Lot(EXPIRES, EARNED),), EARNED)
        await entries_of(context, member)

    async def test_it_comes_before_the_date_and_the_date_then_releases_nothing(
        self, context: Context, clock: Clock
    ) -> None:
        member = await publish(context, WAITING)
        await record(context, purchase(), delivery())
        clock.now = FREE
        assert (await account(context, member)).lots == (Lot(EXPIRES, EARNED),)
        assert len(await entries_of(context, member)) == 4

    async def test_after_the_date_it_has_nothing_to_do(self, context: Context, clock: Clock) -> None:
        member = await publish(context, WAITING)
        await record(context, purchase())
        clock.now = FREE
        assert await record(context, delivery()) == []
        assert (await account(context, member)).available == EARNED

    async def test_whoever_sends_it_again_it_releases_once(self, context: Context) -> None:
        member = await publish(context, UNTIL_DELIVERY)
        await record(context, purchase())
        first, again, other = await answers(context, delivery(), delivery(), delivery("d2"))
        assert isinstance(first, Recorded)
        assert isinstance(again, Recorded)
        assert isinstance(other, Recorded)
        assert (len(first.entries), again.entries, other.entries) == (2, first.entries, ())
        assert (await answers(context, delivery()))[0] == replace(first, duplicate=True)
        assert (await account(context, member)).available == EARNED

    async def test_before_its_order_is_known_it_is_refused_and_may_come_again(self, context: Context) -> None:
        member = await publish(context, UNTIL_DELIVERY)
        assert refusals(await answers(context, delivery())) == [NOT_KNOWN]
        await record(context, purchase())
        assert [entry.points for entry in await record(context, delivery())] == [EARNED, 8]
        assert (await account(context, member)).available == EARNED

    async def test_in_one_call_with_its_order_it_finds_it_in_either_place(self, context: Context) -> None:
        member = await publish(context, UNTIL_DELIVERY)
        await record(context, delivery("d1", "o1"), purchase("o1"), purchase("o2"), delivery("d2", "o2"))
        assert (await account(context, member)).available == 2 * EARNED

    async def test_an_order_is_one_of_the_same_source_and_member(self, context: Context) -> None:
        member = await publish(context, UNTIL_DELIVERY)
        await context.members.insert(a_member(2))
        await record(context, purchase())
        results = await answers(
            context,
            delivery("d1", member=MemberLookup(external_id="ext-2")),
            delivery("d2", source="till"),
            delivery("d3", order="o2"),
        )
        assert refusals(results) == [NOT_KNOWN] * 3
        assert (await account(context, member)).available == 0

    async def test_without_an_order_it_is_refused_and_may_come_again_with_one(self, context: Context) -> None:
        await publish(context, UNTIL_DELIVERY)
        await record(context, purchase())
        results = [
            await answers(context, replace(delivery(), attributes=wrong))
            for wrong in ({}, {"order": ""}, {"order": 1})
        ]
        assert [refusals(one) for one in results] == [[("INVALID_INPUT", ("attributes", "order"))]] * 3
        assert len(await record(context, delivery())) == 2

    async def test_it_may_earn_by_a_rule_like_any_event(self, context: Context) -> None:
        rule = EarningRule("patience", "Patience", ("delivery",), 3)
        await publish(context, replace(UNTIL_DELIVERY, earning=(SPEND, MILES, rule)))
        await record(context, purchase())
        first, again = await record(context, delivery()), await record(context, delivery())
        assert [(e.kind, e.currency, e.points) for e in first] == [
            (EntryKind.RELEASE, "POINTS", EARNED),
            (EntryKind.RELEASE, "MILES", 8),
            (EntryKind.EARN, "POINTS", 3),
        ]
        assert again == first

    async def test_what_crashed_half_way_is_finished_once_by_another_process(
        self, context: Context, other: Context
    ) -> None:
        member = await publish(context, UNTIL_DELIVERY)
        await record(context, purchase(), delivery())
        claims, entries = context.events._events, context.ledger._entries
        # What a crash between the two currencies leaves.
        await entries.delete_one({"key": "release:shop|d1#MILES"})
        await claims.update_many({}, {"$set": {"state": "CLAIMED"}})
        left = await other.events.unfinished(before=context.clock() + timedelta(1), limit=9)
        await finish_events(other, left)
        assert (await account(context, member)).available == EARNED
        assert (await account(context, member, "MILES")).available == 8
        assert len(await entries_of(context, member)) == 4


class TestInactivity:
    async def test_every_award_moves_the_day_on_which_all_points_expire(
        self, context: Context, clock: Clock
    ) -> None:
        member = await publish(context, replace(TWO_CURRENCIES, expiry=Expiry(6, inactivity=True)))
        await record(context, purchase("o1", occurred_at=clock.now))
        assert (await account(context, member)).lots == (Lot(None, EARNED),)
        assert (await account(context, member)).idle_at == datetime(2027, 1, 1, 5, tzinfo=UTC)
        clock.advance(days=60)
        await record(context, purchase("o2", occurred_at=clock.now - timedelta(days=50)))
        idle_at = datetime(2027, 3, 1, 5, tzinfo=UTC)
        assert (await account(context, member)).idle_at == idle_at
        clock.now = idle_at
        points = await account(context, member)
        assert (points.available, points.expired) == (0, 2 * EARNED)

    async def test_one_under_a_programme_without_it_lets_them_live(self, context: Context, clock: Clock) -> None:
        member = await publish(context, replace(TWO_CURRENCIES, expiry=Expiry(6, inactivity=True)))
        await record(context, purchase("o1", occurred_at=clock.now))
        await publish(context, TWO_CURRENCIES)
        await record(context, purchase("o2", occurred_at=clock.now))
        clock.advance(days=4000)
        points = await account(context, member)
        assert (points.idle_at, points.lots) == (None, (Lot(None, EARNED),))

    async def test_a_delivery_after_the_day_frees_points_that_live(self, context: Context, clock: Clock) -> None:
        member = await publish(context, replace(UNTIL_DELIVERY, expiry=Expiry(6, inactivity=True)))
        await record(context, purchase())
        clock.advance(days=400)
        await record(context, delivery())
        points = await account(context, member)
        assert points.lots == (Lot(None, EARNED),)
        assert points.idle_at == datetime(2028, 2, 1, 5, tzinfo=UTC)


class TestTier:
    async def test_what_a_purchase_gives_in_one_currency_is_not_raised_by_what_it_counts_in_another(
        self, context: Context
    ) -> None:
        await publish(context)
        large = purchase("o1", lines=(), amount=Decimal(3000))
        points, miles = await record(context, large)
        assert (points.points, miles.points) == (3000, 2000)
        assert points.after.tier is not None
        assert points.after.tier.code == "gold"
