"""Points, stock and voucher move together or not at all."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.actors import SYSTEM, Actor, ActorKind, Role
from domain.ledger.entry import Entry
from domain.members.member import Member, MemberStatus
from domain.program.earning import Expiry
from domain.program.rewards import Reward, RewardKind
from domain.refusals import Code, InsufficientPoints, NotEligible, Refused
from domain.rewards.redemption import RedemptionStatus
from mongo.client import Database
from services.context import Context
from services.identity import Identity
from services.ledger.poster import Posting
from services.program.publish_program import publish_program
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.support.adjust_points import AdjustPoints, adjust_points
from tests.support.ledger import NOW, earning
from tests.support.members import a_member
from tests.support.programs import a_program

REWARDS = (
    Reward("mug", "A mug", RewardKind.GOODS, 100, stock=20),
    Reward("coupon", "Five off", RewardKind.COUPON, 250, voucher_days=90),
    Reward("lounge", "Lounge", RewardKind.SERVICE, 10, min_tier="gold"),
)


@pytest.fixture
async def member(context: Context) -> Member:
    await publish_program(context, SYSTEM, a_program(rewards=REWARDS))
    return await a_rich_member(context, 1)


async def a_rich_member(context: Context, number: int, points: int = 1_000) -> Member:
    member = a_member(number)
    await context.members.insert(member)
    if points:
        await context.poster.post(Posting(member.id, "client:start", "", earning(points, key="client:start")))
    return member


async def redeem(context: Context, member: Member, reward: str = "mug", key: str = "k1", **more: object):  # type: ignore[no-untyped-def]
    command = RedeemReward(member.id, reward, key, **more)  # type: ignore[arg-type]
    return await redeem_reward(context, Actor(ActorKind.MEMBER, member.id), command)


async def state(context: Context, member: Member) -> tuple[int, int | None, int]:
    """Available points, mugs left, redemptions."""
    available = (await context.ledger.head(member.id)).after.account("POINTS").available
    mugs = (await context.rewards.get_many(["mug"]))["mug"].stock
    return available, mugs, len(await context.redemptions.page(member.id, first=100, now=NOW))


class TestRedeemReward:
    async def test_points_stock_and_redemption_move_together(self, context: Context, member: Member) -> None:
        result = await redeem(context, member, quantity=2)
        assert isinstance(result, Redeemed)
        assert (result.redemption.points, result.redemption.quantity) == (200, 2)
        assert result.redemption.status is RedemptionStatus.ISSUED
        assert (result.entry.points, result.entry.reference) == (-200, f"redemption/{result.redemption.id}")
        assert await state(context, member) == (800, 18, 1)

    async def test_it_is_activity(self, context: Context, member: Member) -> None:
        await publish_program(context, SYSTEM, a_program(rewards=REWARDS, expiry=Expiry(1, inactivity=True)))
        result = await redeem(context, member)
        assert isinstance(result, Redeemed)
        assert result.entry.after.account("POINTS").idle_at == datetime(2026, 8, 1, 4, tzinfo=UTC)

    async def test_a_voucher_is_issued_once_and_cannot_be_guessed(self, context: Context, member: Member) -> None:
        first = await redeem(context, member, "coupon", "a")
        again = await redeem(context, member, "coupon", "a")
        other = await redeem(context, member, "coupon", "b")
        assert isinstance(first, Redeemed)
        assert isinstance(other, Redeemed)
        assert again == first
        assert first.redemption.voucher
        assert other.redemption.voucher
        assert first.redemption.voucher.code != other.redemption.voucher.code
        assert len(first.redemption.voucher.code) == 14

    async def test_the_same_key_again_answers_the_same_even_when_the_stock_is_gone(
        self, context: Context, member: Member
    ) -> None:
        first = await redeem(context, member, quantity=1)
        for number in range(2, 4):
            await redeem(context, await a_rich_member(context, number), quantity=9, key="x")
        await redeem(context, await a_rich_member(context, 5), quantity=1)
        assert await redeem(context, member, quantity=1) == first
        assert await state(context, member) == (900, 0, 1)

    async def test_the_same_key_with_other_input_is_a_conflict(self, context: Context, member: Member) -> None:
        await redeem(context, member)
        result = await redeem(context, member, quantity=2)
        assert isinstance(result, Refused)
        assert result.code is Code.IDEMPOTENCY_CONFLICT
        assert await state(context, member) == (900, 19, 1)

    @pytest.mark.parametrize(
        ("reward", "more", "code"),
        [
            ("nothing", {}, Code.NOT_FOUND),
            ("mug", {"quantity": 0}, Code.INVALID_INPUT),
            ("mug", {"quantity": 101}, Code.INVALID_INPUT),
            ("mug", {"expected_points": 99}, Code.PRICE_CHANGED),
            ("mug", {"quantity": 21}, Code.OUT_OF_STOCK),
            ("mug", {"quantity": 11}, Code.INSUFFICIENT_POINTS),
            ("lounge", {}, Code.NOT_ELIGIBLE),
            ("mug", {"key": ""}, Code.INVALID_INPUT),
        ],
    )
    async def test_a_refusal_changes_nothing(
        self, context: Context, member: Member, reward: str, more: dict[str, object], code: Code
    ) -> None:
        result = await redeem(context, member, reward, **{"key": "k1", **more})  # type: ignore[arg-type]
        assert isinstance(result, Refused)
        assert result.code is code
        assert await state(context, member) == (1_000, 20, 0)

    async def test_refusals_say_what_is_missing(self, context: Context, member: Member) -> None:
        poor = await redeem(context, member, quantity=11)
        assert isinstance(poor, InsufficientPoints)
        assert (poor.required, poor.available) == (1_100, 1_000)
        tier = await redeem(context, member, "lounge")
        assert isinstance(tier, NotEligible)
        assert tier.reasons == ("Lounge is for members of tier Gold and above.",)

    async def test_a_frozen_member_redeems_nothing(self, context: Context, member: Member) -> None:
        frozen = replace(a_member(2), status=MemberStatus.FROZEN)
        await context.members.insert(frozen)
        result = await redeem(context, frozen)
        assert isinstance(result, Refused)
        assert result.code is Code.MEMBER_NOT_ACTIVE

    async def test_a_retry_is_answered_though_the_member_was_frozen_meanwhile(
        self, context: Context, member: Member, database: Database
    ) -> None:
        first = await redeem(context, member)
        await database["members"].update_one({"_id": member.id}, {"$set": {"status": "FROZEN"}})
        assert await redeem(context, member) == first
        refused = await redeem(context, member, key="another")
        assert isinstance(refused, Refused)
        assert refused.code is Code.MEMBER_NOT_ACTIVE

    async def test_a_voucher_nobody_used_in_time_is_expired_wherever_it_is_listed(
        self, context: Context, member: Member
    ) -> None:
        result = await redeem(context, member, "coupon")
        assert isinstance(result, Redeemed)
        assert result.redemption.voucher
        ends = result.redemption.voucher.expires_at
        assert ends
        for now, expected in ((ends - timedelta(milliseconds=1), "ISSUED"), (ends, "EXPIRED")):
            assert result.redemption.status_at(now).value == expected
            for status in (RedemptionStatus.ISSUED, RedemptionStatus.EXPIRED):
                rows = await context.redemptions.page(member.id, first=9, now=now, status=status)
                assert [row for row, _ in rows] == ([result.redemption] if status == expected else [])

    async def test_a_member_and_an_agent_may_use_one_key(self, context: Context, member: Member) -> None:
        await redeem(context, member, key="same")
        agent = Identity("agent-1", frozenset({Role.AGENT}))
        adjusted = await adjust_points(context, agent, AdjustPoints(member.id, 5, "GOODWILL", "Sorry", "same"))
        assert isinstance(adjusted, Entry)

    async def test_sixty_members_at_once_share_the_last_twenty(self, context: Context, member: Member) -> None:
        members = await asyncio.gather(*(a_rich_member(context, number, 100) for number in range(2, 62)))
        results = await asyncio.gather(*(redeem(context, one) for one in members))
        refused = [result for result in results if isinstance(result, Refused)]
        assert len(results) - len(refused) == 20
        assert {result.code for result in refused} == {Code.OUT_OF_STOCK}
        left = await context.ledger.heads([one.id for one in members])
        assert sum(head.after.account("POINTS").available for head in left.values()) == 40 * 100
        assert (await context.rewards.get_many(["mug"]))["mug"].stock == 0

    async def test_one_members_commands_at_once_never_overdraw(self, context: Context, member: Member) -> None:
        results = await asyncio.gather(*(redeem(context, member, key=f"k{n}") for n in range(15)))
        assert sum(isinstance(result, Redeemed) for result in results) == 10
        assert await state(context, member) == (0, 10, 10)


class TestAChangingCatalog:
    """What was redeemed stays so under its key; what was not goes by the catalog as it is now."""

    async def test_a_retry_answers_the_same_after_the_price_has_changed(
        self, context: Context, member: Member
    ) -> None:
        first = await redeem(context, member, expected_points=100)
        await publish_program(context, SYSTEM, a_program(rewards=(replace(REWARDS[0], cost=150),)))
        assert await redeem(context, member, expected_points=100) == first
        other = await redeem(context, member, key="k2", expected_points=100)
        assert isinstance(other, Refused)
        assert other.code is Code.PRICE_CHANGED
        assert await state(context, member) == (900, 19, 1)

    async def test_a_retry_answers_the_same_after_the_reward_is_gone(
        self, context: Context, member: Member
    ) -> None:
        first = await redeem(context, member)
        await publish_program(context, SYSTEM, a_program(rewards=REWARDS[1:]))
        assert await redeem(context, member) == first
        other = await redeem(context, member, key="k2")
        assert isinstance(other, Refused)
        assert other.code is Code.NOT_FOUND

    async def test_stock_that_ends_or_begins_is_what_the_catalog_says_now(
        self, context: Context, member: Member
    ) -> None:
        await redeem(context, member, key="limited")
        await publish_program(context, SYSTEM, a_program(rewards=(replace(REWARDS[0], stock=None),)))
        assert isinstance(await redeem(context, member, key="unlimited"), Redeemed)
        assert await state(context, member) == (800, None, 2)
        await publish_program(context, SYSTEM, a_program(rewards=(replace(REWARDS[0], stock=1),)))
        assert isinstance(await redeem(context, member, key="last"), Redeemed)
        refused = await redeem(context, member, key="late")
        assert isinstance(refused, Refused)
        assert refused.code is Code.OUT_OF_STOCK
        assert await state(context, member) == (700, 0, 3)

    async def test_a_reward_for_a_tier_that_this_process_has_yet_to_hear_of_is_for_nobody(
        self, context: Context, member: Member
    ) -> None:
        ahead = a_program(rewards=(replace(REWARDS[0], code="crown", min_tier="platinum"),))
        await context.rewards.put_all(ahead, now=context.clock())
        refused = await redeem(context, member, "crown")
        assert isinstance(refused, NotEligible)
        assert refused.reasons == ("A mug is for members of tier platinum and above.",)
