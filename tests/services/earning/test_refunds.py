"""A refund takes back exactly what the returned part of its order earned."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.earning.events.intake import RecordEvent
from domain.ledger.entry import AwardLine
from domain.ledger.kinds import EntryKind
from domain.ledger.reversals import Spent
from domain.members.lookup import MemberLookup
from domain.program.earning import EarningRule
from domain.program.policies import PendingAwards, Reversal
from domain.program.program import Program
from services.context import Context
from services.earning.record_events import Recorded, finish_events
from tests.support.house import Clock
from tests.support.members import a_member
from tests.support.orders import (
    AT,
    BREAD,
    EARNED,
    MILK,
    TWO_CURRENCIES,
    account,
    answers,
    entries_of,
    event,
    loaves,
    publish,
    purchase,
    record,
    refund,
    refusals,
    spend,
)
from tests.support.programs import REVIEW, SPEND, a_program

NOT_KNOWN = ("NOT_FOUND", ("attributes", "order"))


def under(policy: Spent) -> Program:
    """The programme with a policy for spent points."""
    return a_program(earning=(SPEND, REVIEW), reversal=Reversal(policy))


class TestByLines:
    async def test_two_of_five_items_take_back_what_those_two_earned_and_say_why(self, context: Context) -> None:
        member = await publish(context)
        bought = await record(context, purchase())
        points, miles = await record(context, refund("r1", loaves(2)))
        assert (points.kind, points.points, points.changes.reversed, points.reverses) == (
            EntryKind.REVERSE,
            -8,
            8,
            bought[0].seq,
        )
        assert (points.key, points.reference, points.reason) == ("event:shop|r1#POINTS", "shop/r1", "refund")
        version = (await context.programs.current()).version
        because = "Kept 9.00 of 13.00 USD: 15 points stay, 8 are taken back"
        assert points.lines == (AwardLine("reversal", version, -8, because),)
        assert (miles.currency, miles.points, miles.reverses) == ("MILES", -2, bought[1].seq)
        assert dict(points.after.qualifying) == {"2026": 15}
        assert (await account(context, member)).lots == (bought[0].changes.lots[0]._replace(points=15),)
        await entries_of(context, member)

    async def test_partial_refunds_to_the_end_take_back_exactly_what_was_given(self, context: Context) -> None:
        member = await publish(context)
        await record(context, purchase())
        refunds = [refund(f"r{number}", loaves(1)) for number in range(5)]
        entries = await record(context, *refunds, refund("r5", MILK._replace(quantity=1, amount=Decimal("1.49"))))
        assert [entry.points for entry in entries if entry.currency == "POINTS"] == [-4, -4, -4, -4, -4, -2]
        assert [entry.points for entry in entries if entry.currency == "MILES"] == [-1, -1, -2, -1, -1, -1]
        last = await record(context, refund("r6"))
        assert [entry.points for entry in last] == [-1, -1]
        for currency in ("POINTS", "MILES"):
            after = await account(context, member, currency)
            assert (after.available, after.earned, after.reversed) == (0, after.earned, after.earned)
        assert dict(last[0].after.qualifying) == {"2026": 0}
        assert refusals(await answers(context, refund("r7"))) == [("ALREADY_REVERSED", ("attributes", "order"))]
        await entries_of(context, member)

    @pytest.mark.parametrize(
        ("wrong", "path"),
        [
            (refund("r1", BREAD._replace(sku="wine")), ("lines", "0", "sku")),
            (refund("r1", MILK, loaves(6)), ("lines", "1", "quantity")),
            (refund("r1", loaves(1)._replace(amount=Decimal("10.01"))), ("lines", "0", "amount")),
            (refund("r1", amount=Decimal("13.01")), ("amount",)),
        ],
    )
    async def test_what_was_not_bought_is_refused_and_changes_nothing(
        self, context: Context, wrong: RecordEvent, path: tuple[str, ...]
    ) -> None:
        member = await publish(context)
        await record(context, purchase())
        assert refusals(await answers(context, wrong)) == [("INVALID_INPUT", path)]
        assert (await account(context, member)).available == EARNED
        assert len(await entries_of(context, member)) == 2
        # It was not stored, and may come again under its id.
        await record(context, replace(wrong, lines=(), amount=None))
        assert (await account(context, member)).available == 0

    async def test_what_earlier_refunds_took_cannot_come_back_again(self, context: Context) -> None:
        member = await publish(context)
        await record(context, purchase(), refund("r1", loaves(3)))
        results = await answers(context, refund("r2", loaves(3)), refund("r3", loaves(2)))
        assert refusals(results) == [("INVALID_INPUT", ("lines", "0", "quantity")), None]
        assert (await account(context, member)).available == 3

    async def test_a_return_that_is_worth_no_point_counts_when_more_comes_back(self, context: Context) -> None:
        await publish(context, a_program(earning=(replace(SPEND, categories={}),)))
        await record(context, purchase("o1", MILK._replace(amount=Decimal("1.99"))))
        half = MILK._replace(quantity=1, amount=Decimal("0.99"))
        entries = await record(context, refund("r1", half), refund("r2", half))
        assert [entry.points for entry in entries] == [0, -1]
        assert entries[0].lines[0].because == "Kept 1.00 of 1.99 USD: 1 point stays, 0 are taken back"

    async def test_money_alone_may_be_refunded(self, context: Context) -> None:
        member = await publish(context)
        await record(context, purchase("o1", lines=(), amount=Decimal("20.00")))
        entries = await record(context, refund("r1", amount=Decimal("7.50")))
        assert entries[0].lines[0].because == "Kept 12.50 of 20.00 USD: 12 points stay, 8 are taken back"
        assert (await account(context, member)).available == 12

    async def test_it_goes_by_the_rules_and_the_tier_of_its_award(self, context: Context) -> None:
        member = await publish(context)
        await record(context, purchase("o1", lines=(), amount=Decimal(1000)))
        [gave, _] = await record(context, purchase("o2"))
        assert gave.points == 28
        await publish(context, a_program(earning=(replace(SPEND, points=7),)))
        points, miles = await record(context, refund("r1", BREAD, order="o2"))
        # Of 3.00 of milk, 3 points stay and none more for Silver.
        assert (points.points, points.lines[0].version, miles.points) == (-25, gave.lines[0].version, -8)
        assert (await account(context, member)).available == 1003

    async def test_a_tier_that_was_reached_by_what_came_back_is_lost(self, context: Context) -> None:
        await publish(context)
        await record(context, purchase("o1", lines=(), amount=Decimal(1000)))
        [entry, _] = await record(context, refund("r1", amount=Decimal(1)))
        assert dict(entry.after.qualifying) == {"2026": 999}
        assert entry.after.tier is not None
        assert (entry.after.tier.code, entry.after.tier.since) == ("bronze", context.clock())


class TestSpent:
    """Of 23 points 20 were spent, and 25 came from a review since; 2 of them were spent too."""

    async def test_only_unspent_stops_at_what_is_left_of_the_award(self, context: Context) -> None:
        member = await publish(context, under(Spent.ONLY_UNSPENT))
        await record(context, purchase())
        assert await spend(context, member, 20)
        await record(context, event("review", "v1"))
        [entry] = await record(context, refund("r1", loaves(2)))
        assert (entry.points, entry.changes.reversed) == (-3, 3)
        assert [(line.rule, line.points) for line in entry.lines] == [("reversal", -8), ("reversal:kept", 5)]
        assert (await account(context, member)).available == 25
        [rest] = await record(context, refund("r2"))
        assert (rest.points, rest.lines[0].points) == (0, -15)
        await entries_of(context, member)

    async def test_within_balance_takes_other_points_as_far_as_they_go(self, context: Context) -> None:
        member = await publish(context, under(Spent.WITHIN_BALANCE))
        await record(context, purchase())
        assert await spend(context, member, 20)
        [entry] = await record(context, refund("r1", loaves(1)))
        assert (entry.points, [line.points for line in entry.lines]) == (-3, [-4, 1])
        await record(context, event("review", "v1"))
        [entry] = await record(context, refund("r2", loaves(1)))
        assert entry.points == -4
        assert (await account(context, member)).available == 21
        assert (await account(context, member)).debt == 0
        await entries_of(context, member)

    async def test_may_go_negative_leaves_a_debt_that_the_next_points_pay(self, context: Context) -> None:
        member = await publish(context, under(Spent.MAY_GO_NEGATIVE))
        await record(context, purchase())
        assert await spend(context, member, 20)
        [entry] = await record(context, refund("r1", BREAD))
        owing = await account(context, member)
        assert (entry.points, owing.available, owing.debt, owing.lots) == (-20, -17, 17, ())
        await record(context, event("review", "v1"))
        assert ((await account(context, member)).available, (await account(context, member)).debt) == (8, 0)
        [entry] = await record(context, refund("r2"))
        assert (entry.points, (await account(context, member)).available) == (-3, 5)
        await entries_of(context, member)


class TestOrders:
    async def test_before_its_order_is_known_it_is_refused_and_may_come_again(self, context: Context) -> None:
        member = await publish(context)
        assert refusals(await answers(context, refund())) == [NOT_KNOWN]
        assert refusals(await answers(context, refund(order="mistyped"))) == [NOT_KNOWN]
        await record(context, purchase())
        await record(context, refund())
        assert (await account(context, member)).available == 0

    async def test_one_that_only_its_posting_can_refuse_keeps_its_id_and_may_come_again(
        self, context: Context
    ) -> None:
        member = await publish(context)
        results = await answers(context, purchase(), refund("r1", loaves(3)), refund("r2", loaves(3)))
        assert refusals(results) == [None, None, ("INVALID_INPUT", ("lines", "0", "quantity"))]
        again = await answers(context, refund("r2", loaves(3)), refund("r2", loaves(2)))
        assert refusals(again) == [
            ("INVALID_INPUT", ("lines", "0", "quantity")),
            ("IDEMPOTENCY_CONFLICT", ("id",)),
        ]
        assert (await account(context, member)).available == 11

    async def test_in_one_call_with_its_order_it_finds_it(self, context: Context) -> None:
        member = await publish(context)
        entries = await record(context, purchase(), refund("r1", loaves(2)), refund("r2"))
        assert [entry.points for entry in entries if entry.currency == "POINTS"] == [EARNED, -8, -15]
        assert (await account(context, member)).available == 0

    async def test_an_order_is_a_purchase_of_the_same_source_and_member(self, context: Context) -> None:
        member = await publish(context)
        await context.members.insert(a_member(2))
        await record(context, purchase(), refund("r0", loaves(1)))
        results = await answers(
            context,
            refund("r1", member=MemberLookup(external_id="ext-2")),
            refund("r2", source="till"),
            refund("r3", order="o2"),
            refund("r4", order="r0"),
        )
        assert refusals(results) == [NOT_KNOWN] * 4
        assert (await account(context, member)).available == 19

    async def test_what_came_back_is_taken_back_whatever_the_members_status(self, context: Context) -> None:
        member = await publish(context)
        await record(context, purchase())
        await context.members._members.update_one({"_id": member.id}, {"$set": {"status": "FROZEN"}})
        assert refusals(await answers(context, purchase("o2"))) == [("MEMBER_NOT_ACTIVE", ("member",))]
        await record(context, refund())
        assert (await account(context, member)).available == 0

    async def test_what_earned_nothing_has_nothing_taken_back(self, context: Context) -> None:
        member = await publish(context)
        await record(context, purchase("o1", lines=(), amount=Decimal("0.50")))
        assert await record(context, refund()) == []
        assert await entries_of(context, member) == []

    async def test_the_same_refund_again_is_a_duplicate_with_the_same_entries(self, context: Context) -> None:
        member = await publish(context)
        await record(context, purchase())
        [first] = await answers(context, refund("r1", loaves(2)))
        [again] = await answers(context, refund("r1", loaves(2)))
        assert isinstance(first, Recorded)
        assert again == replace(first, duplicate=True)
        assert refusals(await answers(context, refund("r1", loaves(3)))) == [("IDEMPOTENCY_CONFLICT", ("id",))]
        assert (await account(context, member)).available == 15

    async def test_what_still_waits_is_taken_back_before_it_is_released(
        self, context: Context, clock: Clock
    ) -> None:
        member = await publish(context, replace(TWO_CURRENCIES, pending=PendingAwards(("purchase",), 14)))
        await record(context, purchase(), purchase("o2"))
        [entry, _] = await record(context, refund("r1", loaves(2)))
        assert (entry.points, entry.changes.waiting, entry.changes.reversed) == (0, -8, 8)
        clock.advance(days=30)
        assert (await account(context, member)).available == EARNED + 15
        [entry, _] = await record(context, refund("r2"))
        assert (entry.points, entry.changes.reversed) == (-15, 15)
        await entries_of(context, member)

    async def test_flat_points_stay_while_anything_is_kept(self, context: Context) -> None:
        thanks = EarningRule("thanks", "Thanks", ("purchase",), 10, tier_multiplier=False)
        await publish(context, a_program(earning=(SPEND, thanks)))
        entries = await record(context, purchase(), refund("r1", BREAD), refund("r2", MILK))
        assert [entry.points for entry in entries] == [33, -20, -13]

    async def test_other_types_of_event_are_refunds_when_the_programme_says_so(self, context: Context) -> None:
        member = await publish(context, replace(TWO_CURRENCIES, refunded_on=("return", "cancellation")))
        await record(context, purchase(), replace(refund(), type="cancellation"))
        assert (await account(context, member)).available == 0
        assert await record(context, refund("r2", attributes={})) == []

    async def test_one_that_crashed_between_two_currencies_is_finished_once(
        self, context: Context, other: Context
    ) -> None:
        member = await publish(context)
        await record(context, purchase(), refund("r1", loaves(2)))
        await context.ledger._entries.delete_one({"key": "event:shop|r1#MILES"})
        await context.events._events.update_many({}, {"$set": {"state": "CLAIMED"}})
        left = await other.events.unfinished(before=context.clock() + timedelta(1), limit=9)
        await finish_events(other, left)
        entries = await entries_of(other, member)
        assert [(entry.currency, entry.points) for entry in entries[2:]] == [("POINTS", -8), ("MILES", -2)]


class TestTime:
    async def test_a_purchase_that_comes_late_is_refunded_like_any_other(
        self, context: Context, clock: Clock
    ) -> None:
        member = await publish(context)
        await record(context, purchase("o2", occurred_at=clock.now))
        long_ago = AT - timedelta(days=300)
        entries = await record(
            context, purchase("o1", occurred_at=long_ago), refund("r1", loaves(2), occurred_at=long_ago)
        )
        assert [entry.points for entry in entries] == [EARNED, 8, -8, -2]
        assert entries[2].effective_at == clock.now
        assert dict(entries[2].after.qualifying) == {"2025": 15, "2026": EARNED}
        await entries_of(context, member)

    async def test_backdated_refunds_count_in_their_own_time_and_expired_points_are_not_taken_twice(
        self, context: Context
    ) -> None:
        member = await publish(context, a_program(earning=(SPEND,)))
        old = AT - timedelta(days=1000)
        await record(context, purchase("o1", occurred_at=old), backdated=True)
        await record(context, refund("r1", loaves(2), occurred_at=old + timedelta(days=9)), backdated=True)
        await record(context, refund("r2", occurred_at=old + timedelta(days=900)), backdated=True)
        entries = await entries_of(context, member)
        assert [(entry.kind, entry.points) for entry in entries] == [
            (EntryKind.EARN, EARNED),
            (EntryKind.REVERSE, -8),
            (EntryKind.EXPIRE, -15),
            (EntryKind.REVERSE, 0),
        ]
        assert entries[1].effective_at == old + timedelta(days=9)
        assert entries[3].after.account("POINTS").reversed == 8
