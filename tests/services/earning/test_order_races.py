"""Many processes at one order: every return counts once, and nothing comes back twice."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from domain.earning.events.intake import RecordEvent
from domain.ledger.kinds import EntryKind
from domain.ledger.reversals import Spent
from domain.program.policies import PendingAwards, Reversal
from services.context import Context
from services.earning.record_events import Result
from tests.support.orders import (
    BREAD,
    EARNED,
    MILK,
    TWO_CURRENCIES,
    account,
    answers,
    delivery,
    entries_of,
    loaves,
    publish,
    purchase,
    record,
    refund,
    refusals,
    spend,
)


async def at_once(contexts: Sequence[Context], *events: RecordEvent) -> list[Result]:
    """Every event in a call of its own, by one process and the other in turn, all at the same moment."""
    calls = (answers(contexts[index % len(contexts)], one) for index, one in enumerate(events))
    return [result for results in await asyncio.gather(*calls) for result in results]


class TestRefundRaces:
    async def test_of_two_refunds_of_all_one_is_accepted(self, context: Context, other: Context) -> None:
        member = await publish(context)
        await record(context, purchase())
        results = refusals(await at_once([context, other], refund("r1"), refund("r2")))
        assert sorted(results, key=str) == [("ALREADY_REVERSED", ("attributes", "order")), None]
        for currency in ("POINTS", "MILES"):
            assert (await account(context, member, currency)).available == 0

    async def test_of_eight_that_return_one_of_five_loaves_five_are_accepted(
        self, context: Context, other: Context
    ) -> None:
        member = await publish(context)
        await record(context, purchase())
        results = refusals(await at_once([context, other], *(refund(f"r{n}", loaves(1)) for n in range(8))))
        assert results.count(None) == 5
        assert results.count(("INVALID_INPUT", ("lines", "0", "quantity"))) == 3
        entries = await entries_of(context, member)
        back = [entry for entry in entries if entry.kind is EntryKind.REVERSE]
        assert sum(entry.points for entry in back if entry.currency == "POINTS") == 3 - EARNED
        # 13.00 gave 8 miles, the 3.00 of milk that are kept give 2.
        assert sum(entry.points for entry in back if entry.currency == "MILES") == 2 - 8
        assert len(back) == 10

    async def test_refunds_of_different_lines_take_back_all_together(
        self, context: Context, other: Context
    ) -> None:
        member = await publish(context)
        await record(context, purchase())
        refunds = [refund("r1", loaves(2)), refund("r2", MILK), refund("r3", loaves(3))]
        assert refusals(await at_once([context, other], *refunds)) == [None] * 3
        for currency in ("POINTS", "MILES"):
            after = await account(context, member, currency)
            assert (after.available, after.reversed) == (0, after.earned)
        await entries_of(context, member)

    async def test_one_refund_sent_by_many_at_once_has_one_effect(self, context: Context, other: Context) -> None:
        member = await publish(context)
        await record(context, purchase())
        results = await at_once([context, other], *[refund("r1", loaves(2))] * 20)
        assert refusals(results) == [None] * 20
        assert (await account(context, member)).available == 15
        assert len(await entries_of(context, member)) == 4

    async def test_spending_and_refunding_at_once_never_takes_what_is_not_there(
        self, context: Context, other: Context
    ) -> None:
        member = await publish(context, replace(TWO_CURRENCIES, reversal=Reversal(Spent.ONLY_UNSPENT)))
        await record(context, purchase())
        nine, _, three = await asyncio.gather(
            spend(other, member, 9), record(context, refund("r1", BREAD)), spend(context, member, 3)
        )
        points = await account(context, member)
        assert points.redeemed == 9 * nine + 3 * three
        assert points.available + points.reversed + points.redeemed == EARNED
        # All 20 that the bread earned, or what was not spent before.
        assert points.reversed in (20, 14, 11)
        await entries_of(context, member)

    async def test_a_purchase_and_its_refund_at_once_end_with_what_is_kept(
        self, context: Context, other: Context
    ) -> None:
        member = await publish(context)
        results = await at_once([context, other], purchase(), *(refund(f"r{n}", loaves(1)) for n in range(4)))
        early = [one for one in refusals(results) if one]
        assert set(early) <= {("NOT_FOUND", ("attributes", "order"))}
        await record(context, *(refund(f"r{n}", loaves(1)) for n in range(4)))
        assert (await account(context, member)).available == EARNED - 16
        await entries_of(context, member)


class TestDeliveryRaces:
    async def test_deliveries_and_a_refund_at_once_release_and_take_back_once(
        self, context: Context, other: Context
    ) -> None:
        member = await publish(
            context, replace(TWO_CURRENCIES, pending=PendingAwards(("purchase",), None, ("delivery",)))
        )
        await record(context, purchase())
        events = [*(delivery(f"d{n}") for n in range(6)), refund("r1", amount=Decimal("4.00"))]
        assert refusals(await at_once([context, other], *events)) == [None] * 7
        points = await account(context, member)
        assert (points.waiting, points.available + points.reversed) == (0, EARNED)
        kinds = [entry.kind for entry in await entries_of(context, member) if entry.currency == "POINTS"]
        assert sorted(kinds) == [EntryKind.PENDING, EntryKind.RELEASE, EntryKind.REVERSE]
