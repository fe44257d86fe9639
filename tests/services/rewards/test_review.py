"""Redemptions that a guard holds: points set aside, nothing given, until staff say yes or no or time is up."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.actors import Actor, ActorKind
from domain.ledger.kinds import EntryKind
from domain.members.member import Member
from domain.program.earning import CapOf, Period
from domain.program.rewards import Guard, Reward, RewardKind, RewardLimit
from domain.refusals import Code, Refused
from domain.rewards.redemption import RedemptionStatus
from domain.support.approval import Approval, ApprovalKind, ApprovalStatus
from mongo.client import Database
from services.context import Context
from services.ledger.void_hold import VoidHold, void_hold
from services.rewards.cancel_redemption import CancelledRedemption, CancelRedemption, cancel_redemption
from services.rewards.end_reviews import end_reviews
from services.rewards.issue_reward import Redeemed
from services.support.decide_approval import DecideApproval, Decided, decide_approval
from tests.services.rewards.catalog import MUG, TEA, Left, a_rich_member, left, publish, redeem, redeemed, used
from tests.support.house import Clock
from tests.support.people import SUPERVISOR
from tests.support.unchanged import unchanged

PRICY = Guard("pricy", "Pricy", "redemption.points >= 200", hours=48)
MANY = Guard("many", "Many", "redemption.quantity >= 3", hours=24)
TEAS = replace(TEA, limits=(RewardLimit(9, Period.DAY), RewardLimit(9, Period.EVER, CapOf.EVERYONE)))
CARD = Reward("card", "A gift card", RewardKind.GIFT_CARD, 500, voucher_days=30, value=Decimal("50.00"))
WHOLE, HELD = Left(1_000, 0, 20, {}), Left(700, 300, 17, {})


@pytest.fixture
async def member(context: Context) -> Member:
    await publish(context, MUG, TEAS, guards=(PRICY, MANY))
    return await a_rich_member(context)


async def the_request(context: Context) -> Approval:
    (found,) = [one for status in ApprovalStatus for one in await context.approvals.page(status, first=9)]
    return found


async def decide(context: Context, approve: bool, key: str = "d") -> Decided | Refused:
    request = await the_request(context)
    return await decide_approval(context, SUPERVISOR, DecideApproval(request.id, approve, key))


async def stored(context: Context, outcome: Redeemed) -> Any:
    id = outcome.redemption.id
    return (await context.redemptions.get_many([id]))[id]


class TestHolding:
    async def test_points_stock_and_limits_are_taken_and_nothing_is_given_yet(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        outcome = await redeemed(context, member, "tea", quantity=4)
        redemption = outcome.redemption
        assert (redemption.status, redemption.vouchers) == (RedemptionStatus.IN_REVIEW, ())
        assert (redemption.guards, redemption.review_until) == (("pricy", "many"), clock.now + timedelta(hours=24))
        assert (outcome.entry.kind, outcome.entry.points) == (EntryKind.HOLD, -200)
        assert sorted((await used(context)).values()) == [4, 4]
        request = await the_request(context)
        assert (request.kind, request.status) == (ApprovalKind.REDEMPTION, ApprovalStatus.PENDING)
        assert (request.reason, request.points, request.currency) == ("pricy, many", -200, "POINTS")
        assert request.requested_by == Actor(ActorKind.MEMBER, member.id)

    async def test_a_retry_is_answered_with_what_stands(self, context: Context, member: Member) -> None:
        first = await redeemed(context, member, "mug", quantity=3)
        assert await redeem(context, member, "mug", quantity=3) == first
        assert await left(context, member, "mug") == HELD

    async def test_what_no_guard_minds_is_issued_at_once(self, context: Context, member: Member) -> None:
        outcome = await redeemed(context, member, "tea")
        assert outcome.redemption.status is RedemptionStatus.ISSUED
        assert await context.approvals.page(ApprovalStatus.PENDING, first=9) == []

    async def test_nobody_can_have_the_points_by_way_of_the_hold(self, context: Context, member: Member) -> None:
        outcome = await redeemed(context, member, "mug", quantity=3)
        till = Actor(ActorKind.SERVICE, "till")
        refused = await void_hold(context, till, VoidHold(member.id, outcome.entry.seq, "v"))
        assert isinstance(refused, Refused)
        assert refused.code is Code.NOT_FOUND


class TestApproving:
    async def test_a_yes_spends_the_points_and_gives_the_vouchers(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        outcome = await redeemed(context, member, "tea", quantity=4)
        clock.advance(hours=1)
        decided = await decide(context, True)
        assert isinstance(decided, Decided)
        assert decided.approval.status is ApprovalStatus.APPROVED
        assert decided.entry
        assert (decided.entry.kind, decided.entry.reverses) == (EntryKind.CAPTURE, outcome.entry.seq)
        redemption = await stored(context, outcome)
        assert (redemption.status, redemption.captured) == (RedemptionStatus.ISSUED, decided.entry.seq)
        assert len(redemption.vouchers) == 4
        assert redemption.vouchers[0].expires_at == clock.now + timedelta(days=30)
        assert (await left(context, member, "tea")).available == 800
        assert sorted((await used(context)).values()) == [4, 4]

    async def test_it_holds_though_the_reward_is_gone_by_then(self, context: Context, member: Member) -> None:
        outcome = await redeemed(context, member, "tea", quantity=4)
        await publish(context, MUG)
        assert isinstance(await decide(context, True), Decided)
        assert len((await stored(context, outcome)).vouchers) == 4

    async def test_what_is_given_is_what_was_promised_whatever_a_later_programme_gives(
        self, context: Context, clock: Clock
    ) -> None:
        guards = (PRICY,)
        await publish(context, CARD, guards=guards)
        outcome = await redeemed(context, await a_rich_member(context), "card")
        clock.advance(hours=1)
        await publish(context, replace(CARD, cost=1, value=Decimal("0.50"), voucher_days=1), guards=guards)
        assert isinstance(await decide(context, True), Decided)
        (voucher,) = (await stored(context, outcome)).vouchers
        assert (voucher.value, voucher.expires_at) == (Decimal("50.00"), clock.now + timedelta(days=30))

    async def test_what_was_approved_can_be_cancelled_with_its_points(
        self, context: Context, member: Member
    ) -> None:
        outcome = await redeemed(context, member, "mug", quantity=3)
        await decide(context, True)
        command = CancelRedemption(member.id, outcome.redemption.id, "c")
        assert isinstance(
            await cancel_redemption(context, Actor(ActorKind.MEMBER, member.id), command), CancelledRedemption
        )
        assert await left(context, member, "mug") == WHOLE


class TestRejecting:
    async def test_a_no_gives_everything_back(self, context: Context, member: Member) -> None:
        outcome = await redeemed(context, member, "tea", quantity=4)
        decided = await decide(context, False)
        assert isinstance(decided, Decided)
        assert decided.approval.status is ApprovalStatus.REJECTED
        assert decided.entry
        assert decided.entry.kind is EntryKind.VOID
        redemption = await stored(context, outcome)
        assert (redemption.status, redemption.returned) == (RedemptionStatus.CANCELLED, 200)
        assert await used(context) == {}
        assert (await left(context, member, "tea")).available == 1_000


class TestDecidingOnce:
    async def test_the_same_key_again_answers_the_same_and_another_is_refused(
        self, context: Context, member: Member, database: Database
    ) -> None:
        await redeemed(context, member, "mug", quantity=3)
        first = await decide(context, True)
        async with unchanged(database):
            assert await decide(context, True) == first
            other = await decide(context, False, "e")
        assert isinstance(other, Refused)
        assert other.code is Code.ALREADY_DECIDED

    async def test_of_yes_and_no_and_the_members_own_wish_at_once_one_holds(
        self, context: Context, member: Member
    ) -> None:
        outcome = await redeemed(context, member, "mug", quantity=3)
        wish = CancelRedemption(member.id, outcome.redemption.id, "c")
        outcomes: list[Any] = await asyncio.gather(
            decide(context, True, "yes"),
            decide(context, False, "no"),
            cancel_redemption(context, Actor(ActorKind.MEMBER, member.id), wish),
        )
        done = [one for one in outcomes if not isinstance(one, Refused)]
        redemption = await stored(context, outcome)
        if redemption.status is RedemptionStatus.ISSUED:
            assert await left(context, member, "mug") == Left(700, 0, 17, {})
        else:
            # A yes may have come before the member's wish: then both hold, one after the other.
            assert redemption.status is RedemptionStatus.CANCELLED
            assert await left(context, member, "mug") == WHOLE
        assert 1 <= len(done) <= 2
        assert (await the_request(context)).status is not ApprovalStatus.PENDING


class TestTimeOut:
    async def test_what_nobody_decided_on_is_cancelled_once(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        outcome = await redeemed(context, member, "mug", quantity=3)
        clock.advance(hours=24, milliseconds=-1)
        assert await end_reviews(context, clock.now) == 0
        clock.advance(milliseconds=1)
        assert sorted(await asyncio.gather(*(end_reviews(context, clock.now) for _ in range(3)))) == [0, 0, 1]
        assert (await stored(context, outcome)).status is RedemptionStatus.CANCELLED
        assert (await the_request(context)).status is ApprovalStatus.EXPIRED
        assert (await left(context, member, "mug")).stock == 20
        # The hold has ended by itself; any entry that follows says so.
        assert isinstance(await redeem(context, member, "tea", "later"), Redeemed)
        assert await left(context, member, "tea") == Left(950, 0, None, {})

    @pytest.mark.parametrize("approve", [True, False])
    @pytest.mark.parametrize(("swept", "code"), [(False, Code.HOLD_NOT_OPEN), (True, Code.ALREADY_DECIDED)])
    async def test_a_decision_after_that_is_refused(
        self,
        context: Context,
        member: Member,
        clock: Clock,
        database: Database,
        *,
        approve: bool,
        swept: bool,
        code: Code,
    ) -> None:
        await redeemed(context, member, "mug", quantity=3)
        clock.advance(hours=24)
        if swept:
            await end_reviews(context, clock.now)
        async with unchanged(database):
            outcome = await decide(context, approve)
        assert isinstance(outcome, Refused)
        assert outcome.code is code


class TestWhatGuardsSee:
    async def test_redemptions_of_the_last_hour_and_day_without_cancelled_ones(
        self, context: Context, clock: Clock
    ) -> None:
        fast = Guard("fast", "Fast", "redemption.hour >= 2")
        often = Guard("often", "Often", "redemption.day == 3 && redemption.points_day == 250")
        await publish(context, MUG, TEAS, guards=(fast, often))
        member = await a_rich_member(context)
        first = await redeemed(context, member, "mug", "1")
        await redeemed(context, member, "mug", "2")
        held = await redeemed(context, member, "mug", "3")
        assert held.redemption.guards == ("fast",)
        command = CancelRedemption(member.id, first.redemption.id, "c")
        await cancel_redemption(context, Actor(ActorKind.MEMBER, member.id), command)
        await cancel_redemption(
            context, Actor(ActorKind.MEMBER, member.id), replace(command, redemption=held.redemption.id, key="d")
        )
        assert (await redeemed(context, member, "mug", "4")).redemption.guards == ()
        clock.advance(hours=1)
        assert (await redeemed(context, member, "tea", "5")).redemption.guards == ()
        assert (await redeemed(context, member, "tea", "6")).redemption.guards == ("often",)
        clock.advance(hours=24)
        assert (await redeemed(context, member, "tea", "7")).redemption.guards == ()

    async def test_one_member_at_once_is_counted_one_after_the_other(self, context: Context) -> None:
        await publish(context, TEAS, guards=(Guard("fast", "Fast", "redemption.hour >= 3"),))
        member = await a_rich_member(context)
        outcomes = await asyncio.gather(*(redeemed(context, member, "tea", f"k{n}") for n in range(6)))
        assert sorted(one.redemption.guards for one in outcomes) == [(), (), (), ("fast",), ("fast",), ("fast",)]

    async def test_a_device_is_new_until_something_was_issued_to_it(
        self, context: Context, database: Database
    ) -> None:
        await publish(
            context, MUG, guards=(Guard("device", "Device", "redemption.new_device && redemption.points > 100"),)
        )
        member = await a_rich_member(context)
        held = await redeemed(context, member, "mug", "2", quantity=2, device="phone-1")
        assert held.redemption.guards == ("device",)
        assert (await redeemed(context, member, "mug", "3", quantity=2, device="phone-1")).redemption.guards
        await redeemed(context, member, "mug", "4", device="phone-1")
        assert (await redeemed(context, member, "mug", "5", quantity=2, device="phone-1")).redemption.guards == ()
        assert "phone-1" not in str(
            [await database[name].find().to_list(None) for name in ("approvals", "redemptions", "fingerprints")]
        )

    async def test_nobody_is_let_by_for_not_saying_which_device(self, context: Context) -> None:
        await publish(context, MUG, guards=(Guard("device", "Device", "redemption.new_device", hours=24),))
        member = await a_rich_member(context)
        first = await redeemed(context, member, "mug", "1")
        assert (first.redemption.status, first.redemption.guards) == (RedemptionStatus.IN_REVIEW, ("device",))
        await decide(context, True)
        assert (await redeemed(context, member, "mug", "2")).redemption.guards == ("device",)

    async def test_a_yes_makes_the_device_known(self, context: Context) -> None:
        await publish(context, MUG, guards=(Guard("device", "Device", "redemption.new_device"),))
        member = await a_rich_member(context)
        await redeemed(context, member, "mug", "1", device="phone-1")
        await decide(context, True)
        assert (await redeemed(context, member, "mug", "2", device="phone-1")).redemption.guards == ()

    async def test_a_guard_that_fails_holds_and_says_so(
        self, context: Context, caplog: pytest.LogCaptureFixture
    ) -> None:
        await publish(context, MUG, guards=(Guard("odd", "Odd", "profile.shoes > 40"),))
        outcome = await redeemed(context, await a_rich_member(context), "mug")
        assert outcome.redemption.guards == ("odd",)
        assert "guard:odd" in [getattr(record, "part", None) for record in caplog.records]

    async def test_the_kind_value_and_member_are_known(self, context: Context) -> None:
        when = (
            "redemption.kind == 'GOODS' && redemption.reward == 'mug' && redemption.categories.size() == 0"
            " && redemption.value == 0 && member.tier == 'bronze' && member.days > 100"
        )
        await publish(context, MUG, guards=(Guard("all", "All", when),))
        assert (await redeemed(context, await a_rich_member(context), "mug")).redemption.guards == ("all",)
