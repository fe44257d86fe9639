"""What a partner is to be told is filed with what it is about, or not at all."""

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.members.member import Member
from domain.program.rewards import Partner, Reward, RewardKind
from domain.refusals import Refused
from domain.rewards.partner_order import OrderEvent, OrderState, PartnerOrder
from domain.rewards.redemption import Address, Redemption
from mongo.client import Database
from services.context import Context
from services.ledger.poster import Posting
from services.program.publish_program import publish_program
from services.rewards.cancel_redemption import CancelledRedemption, CancelRedemption, cancel_redemption
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.support.reverse_entry import ReverseEntry, reverse_entry
from tests.support.house import Clock
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.people import SUPERVISOR
from tests.support.programs import a_program
from tests.support.unchanged import unchanged

REWARDS = (
    Reward("mug", "A mug", RewardKind.GOODS, 100, stock=20),
    Reward("bag", "A bag", RewardKind.GOODS, 200, partner="post"),
)
HOME = Address("Ada Lovelace", ("St James's Square 12",), "London", "GB", postal_code="SW1Y 4JH")


@pytest.fixture
async def member(context: Context) -> Member:
    await publish_program(context, SYSTEM, a_program(rewards=REWARDS, partners=(Partner("post", "The post"),)))
    member = a_member(1)
    await context.members.insert(member)
    await context.poster.post(Posting(member.id, "client:1", "", earning(1_000)))
    return member


async def redeem(context: Context, member: Member, reward: str = "bag") -> Redemption | Refused:
    address = HOME if reward == "bag" else None
    command = RedeemReward(member.id, reward, f"r-{reward}", address=address)
    redeemed = await redeem_reward(context, Actor(ActorKind.MEMBER, member.id), command)
    return redeemed.redemption if isinstance(redeemed, Redeemed) else redeemed


async def cancel(context: Context, redemption: Redemption) -> None:
    command = CancelRedemption(redemption.member, redemption.id, "c")
    outcome = await cancel_redemption(context, Actor(ActorKind.MEMBER, redemption.member), command)
    assert isinstance(outcome, CancelledRedemption)


async def orders(context: Context) -> list[PartnerOrder]:
    return [order for state in OrderState for order in await context.partner_orders.page(state, first=100)]


class TestOrderFromPartner:
    async def test_it_is_filed_with_the_redemption(self, context: Context, member: Member, clock: Clock) -> None:
        redemption = await redeem(context, member)
        assert isinstance(redemption, Redemption)
        assert await orders(context) == [
            PartnerOrder(
                id=f"{redemption.id}_issued",
                redemption=redemption.id,
                member=member.id,
                partner="post",
                event=OrderEvent.ISSUED,
                state=OrderState.WAITING,
                created_at=clock.now,
                next_at=clock.now,
            )
        ]

    async def test_rewards_without_a_partner_are_nobodys_order(self, context: Context, member: Member) -> None:
        await redeem(context, member, "mug")
        assert await orders(context) == []

    async def test_what_is_refused_is_not_ordered(
        self, context: Context, database: Database, member: Member
    ) -> None:
        await context.poster.post(Posting(member.id, "client:1", "", earning(1)))
        for _ in range(5):
            command = RedeemReward(member.id, "bag", "many", quantity=6, address=HOME)
            async with unchanged(database):
                refused = await redeem_reward(context, Actor(ActorKind.MEMBER, member.id), command)
            assert isinstance(refused, Refused)


class TestCancelAtPartner:
    async def test_what_nobody_began_to_send_is_withdrawn(self, context: Context, member: Member) -> None:
        redemption = await redeem(context, member)
        assert isinstance(redemption, Redemption)
        await cancel(context, redemption)
        [order] = await orders(context)
        assert (order.event, order.state) == (OrderEvent.ISSUED, OrderState.WITHDRAWN)

    async def test_whoever_may_have_heard_hears_that_it_is_cancelled(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        redemption = await redeem(context, member)
        assert isinstance(redemption, Redemption)
        [order] = await orders(context)
        assert await context.partner_orders.book(order, 1, until=clock.now)
        await cancel(context, redemption)
        found = {order.event: order for order in await orders(context)}
        assert found[OrderEvent.ISSUED].state is OrderState.WAITING
        assert found[OrderEvent.CANCELLED].id == f"{redemption.id}_cancelled"
        assert found[OrderEvent.CANCELLED].state is OrderState.WAITING

    async def test_a_reversal_of_all_its_points_is_a_cancellation_to_them(
        self, context: Context, member: Member
    ) -> None:
        redemption = await redeem(context, member)
        assert isinstance(redemption, Redemption)
        await reverse_entry(context, SUPERVISOR, ReverseEntry(member.id, redemption.sequence, "GOODWILL", "p"))
        [order] = await orders(context)
        assert order.state is OrderState.WITHDRAWN
