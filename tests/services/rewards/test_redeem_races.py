"""Whoever comes at once, in one process or two: nothing is overrun or lost, and nobody is refused wrongly."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from typing import Any

import pytest

from cache.client import Cache
from domain.actors import Actor, ActorKind
from domain.members.member import Member
from domain.program.earning import CapOf, Period
from domain.program.rewards import Guard, RewardLimit
from domain.refusals import Code, Refused
from domain.rewards.redemption import Redemption, RedemptionStatus
from domain.support.approval import ApprovalStatus
from mongo.client import Client, Database, open_database
from runtime.wiring import build_context
from services.context import Context
from services.rewards.cancel_redemption import CancelRedemption, cancel_redemption
from services.rewards.end_reviews import end_reviews
from services.rewards.issue_reward import Redeemed
from services.support.decide_approval import DecideApproval, decide_approval
from tests.services.rewards.catalog import MUG, SHIRT, TEA, a_rich_member, publish, redeem, used
from tests.support.house import Clock
from tests.support.people import SUPERVISOR

_ROUNDS, _AT_ONCE, _MEMBERS = 6, 14, 4
_STOCKED = {"mug": 12, "shirt/s": 5}
_CATALOG = (
    replace(MUG, stock=12, limits=(RewardLimit(9, Period.EVER, CapOf.EVERYONE),)),
    replace(SHIRT, variants=(replace(SHIRT.variants[0], stock=5), SHIRT.variants[1])),
    replace(TEA, limits=(RewardLimit(4, Period.DAY), RewardLimit(13, Period.MONTH, CapOf.EVERYONE))),
)
_MOST = {"ever": 9, "day": 4, "month": 13}


@pytest.fixture
async def other(
    database: Database, mongo_client: Client, cache: Cache, clock: Clock, context: Context
) -> AsyncIterator[Context]:
    """A second process over the same stores."""
    other = build_context(open_database(mongo_client, database.name), cache, clock)
    try:
        yield other
    finally:
        await other.poster.close()
        await other.signals.aclose()


class TestTheLastTwenty:
    async def test_of_five_hundred_at_once_twenty_have_them_and_nobody_loses_points(
        self, context: Context, other: Context
    ) -> None:
        await publish(context, MUG, replace(TEA, limits=()))
        members = await asyncio.gather(*(a_rich_member(context, number, 100) for number in range(1, 501)))
        houses = (context, other)
        outcomes = await asyncio.gather(
            *(redeem(houses[place % 2], member, "mug") for place, member in enumerate(members))
        )
        refused = Counter(outcome.code for outcome in outcomes if isinstance(outcome, Refused))
        assert refused == {Code.OUT_OF_STOCK: 480}
        heads = await context.ledger.heads([member.id for member in members])
        assert sum(head.after.account("POINTS").available for head in heads.values()) == 480 * 100
        assert (await context.rewards.left(["mug"]))["mug"].stock == 0
        # Those who were refused have their points still, and may have something else with the same key.
        again = await asyncio.gather(
            *(
                redeem(context, member, "tea", "k2", quantity=2)
                for member, outcome in zip(members, outcomes, strict=True)
                if isinstance(outcome, Refused)
            )
        )
        assert all(isinstance(outcome, Redeemed) for outcome in again)

    async def test_what_is_cancelled_is_there_for_the_next(self, context: Context, other: Context) -> None:
        await publish(context, replace(MUG, stock=1))
        first, second = await a_rich_member(context), await a_rich_member(context, 2)
        mine = await redeem(context, first, "mug")
        assert isinstance(mine, Redeemed)
        assert isinstance(await redeem(other, second, "mug"), Refused)
        await cancel(context, mine.redemption, "c")
        assert isinstance(await redeem(other, second, "mug"), Redeemed)


class TestInterleavings:
    @pytest.mark.parametrize("seed", range(5))
    async def test_points_stock_and_limits_balance_with_the_redemptions_that_stand(
        self, context: Context, other: Context, clock: Clock, seed: int
    ) -> None:
        dice = random.Random(seed)
        guard = Guard("large", "Large", "redemption.quantity >= 3 || redemption.hour >= 6", hours=2)
        await publish(context, *_CATALOG, guards=(guard,))
        members = [await a_rich_member(context, number) for number in range(1, _MEMBERS + 1)]
        for turn in range(_ROUNDS):
            deeds = [
                await a_deed(dice, dice.choice((context, other)), members, f"{turn}-{number}")
                for number in range(_AT_ONCE)
            ]
            outcomes = await asyncio.gather(*deeds, return_exceptions=True)
            assert [one for one in outcomes if isinstance(one, BaseException)] == []
            await balances(context, members)
            clock.advance(hours=dice.choice((0, 0, 1, 3, 14)))


async def a_deed(dice: random.Random, house: Context, members: list[Member], key: str) -> Awaitable[Any]:
    """Something that a member or staff does now."""
    member = dice.choice(members)
    match dice.choice(("redeem",) * 5 + ("cancel", "cancel", "decide", "end")):
        case "cancel":
            mine = await house.redemptions.since(member.id, member.joined_at)
            if mine:
                return cancel(house, dice.choice(mine), key)
        case "decide":
            waiting = await house.approvals.page(ApprovalStatus.PENDING, first=9)
            if waiting:
                decision = DecideApproval(dice.choice(waiting).id, dice.random() < 0.5, key)
                return decide_approval(house, SUPERVISOR, decision)
        case "end":
            return end_reviews(house, house.clock())
    code, variant = dice.choice((("mug", None), ("tea", None), ("shirt", "s"), ("shirt", "l")))
    # A key of few comes again, also at the same moment in another process.
    key = f"{key[:2]}{dice.randrange(6)}" if dice.random() < 0.3 else key
    return redeem(house, member, code, key, variant=variant, quantity=dice.choice((1, 1, 1, 2, 3)))


async def cancel(house: Context, redemption: Redemption, key: str) -> Any:
    """The member cancels it."""
    command = CancelRedemption(redemption.member, redemption.id, key)
    return await cancel_redemption(house, Actor(ActorKind.MEMBER, redemption.member), command)


async def balances(context: Context, members: list[Member]) -> None:
    """Fails unless what stands is just what is missing everywhere, and no more than there ever was."""
    taken: Counter[str] = Counter()
    limits: Counter[str] = Counter()
    for member in members:
        mine = await context.redemptions.since(member.id, member.joined_at)
        standing = [one for one in mine if one.status is not RedemptionStatus.CANCELLED]
        for one in standing:
            taken[f"{one.reward}/{one.variant}" if one.variant else one.reward] += one.quantity
            limits.update({use.id: use.count for use in one.limits})
        account = (await context.ledger.head(member.id)).after.account("POINTS")
        in_review = [one for one in standing if one.status is RedemptionStatus.IN_REVIEW]
        # A hold that has ended stands in the head until an entry says so: its points count as held till then.
        held = sum(held.points for held in account.holds)
        assert account.available + held == 1_000 - sum(one.points for one in standing if one not in in_review)
        assert account.available >= 0
    left = await context.rewards.left(["mug", "shirt"])
    assert {"mug": left["mug"].stock, "shirt/s": left["shirt"].variants["s"]} == {
        what: first - taken[what] for what, first in _STOCKED.items()
    }
    assert min(first - taken[what] for what, first in _STOCKED.items()) >= 0
    assert await used(context) == dict(limits)
    assert all(count <= _MOST[id.split("/")[1].split("|")[0]] for id, count in limits.items())
