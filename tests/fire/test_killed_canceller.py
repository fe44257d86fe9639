"""Who cancels or tells a partner is killed at any write: all of it stands once, or none, and is made good."""

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.program.rewards import Partner, Reward, RewardKind
from domain.rewards.partner_order import OrderState
from domain.rewards.redemption import Address, Redemption, RedemptionStatus
from domain.rewards.webhooks import Door
from mongo.client import Database
from mongo.faults import StoreUnavailable
from runtime.courier import open_courier
from runtime.wiring import House
from runtime.workers.sweeper import finish_unfinished
from services.context import Context
from services.ledger.poster import Posting
from services.program.publish_program import publish_program
from services.rewards.cancel_redemption import CancelledRedemption, CancelRedemption, cancel_redemption
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.rewards.send_partner_orders import send_partner_orders
from tests.support.eventually import eventually
from tests.support.house import Clock
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.mortal_canceller import KEY
from tests.support.other_worker import OtherWorker
from tests.support.partner_server import HANGS, partner_server
from tests.support.programs import a_program
from tests.support.writers import lawful

BAG = Reward("bag", "A bag", RewardKind.GOODS, 100, stock=5, partner="post")
HOME = Address("Ada Lovelace", ("St James's Square 12",), "London", "GB")


@pytest.fixture
async def redemption(context: Context) -> Redemption:
    """A bag that is to be sent."""
    await publish_program(context, SYSTEM, a_program(rewards=(BAG,), partners=(Partner("post", "The post"),)))
    member = a_member(1)
    await context.members.insert(member)
    await context.poster.post(Posting(member.id, "client:1", "", earning(1_000)))
    command = RedeemReward(member.id, "bag", "r", address=HOME)
    redeemed = await redeem_reward(context, Actor(ActorKind.MEMBER, member.id), command)
    assert isinstance(redeemed, Redeemed), redeemed
    return redeemed.redemption


def mortal(house: House, mongo_uri: str, fate: str) -> OtherWorker:
    return OtherWorker(house, mongo_uri, then=fate, module="tests.support.mortal_canceller")


async def cancelled(context: Context, redemption: Redemption) -> CancelledRedemption | None:
    """The answer under the key; None while the killed one's transaction is still open."""
    command = CancelRedemption(redemption.member, redemption.id, "c")
    try:
        outcome = await cancel_redemption(context, Actor(ActorKind.MEMBER, redemption.member), command)
    except StoreUnavailable:
        return None
    assert isinstance(outcome, CancelledRedemption), outcome
    return outcome


class TestAKilledCanceller:
    # Redemption, stock, order, entry; the commit; the message, and the word taken out.
    @pytest.mark.parametrize("writes", range(1, 8))
    async def test_after_any_write_all_of_it_stands_once_for_whoever_asks_again(
        self,
        context: Context,
        house: House,
        mongo_uri: str,
        database: Database,
        redemption: Redemption,
        writes: int,
    ) -> None:
        fate = f"{writes} cancel {redemption.member} {redemption.id}"
        async with mortal(house, mongo_uri, fate) as other:
            assert await other.ended() == -9
        await eventually(lambda: cancelled(context, redemption))
        await finish_unfinished(context, context.clock())
        found = (await context.redemptions.get_many([redemption.id]))[redemption.id]
        assert (found.status, found.returned, found.untold) == (RedemptionStatus.CANCELLED, 100, ())
        assert (await context.rewards.left(["bag"]))["bag"].stock == 5
        assert (await context.ledger.head(redemption.member)).after.account("POINTS").available == 1_000
        messages = await database["inbox"].find({"key": {"$regex": "^redemption:"}}).to_list(None)
        assert [message["key"] for message in messages] == [f"redemption:{redemption.id}:CANCELLED"]
        [order] = await database["partner_orders"].find().to_list(None)
        assert order["state"] == "WITHDRAWN"
        await lawful(database, redemption.member)


class TestAKilledCourier:
    async def test_killed_while_a_partner_thinks_it_is_sent_again_under_its_id(
        self, context: Context, house: House, mongo_uri: str, redemption: Redemption, clock: Clock
    ) -> None:
        async with partner_server(HANGS) as partner:
            async with mortal(house, mongo_uri, f"99 tell {partner.url}"):
                await eventually(lambda: bool(partner.received))
            await self.send_in_a_while(context, clock, partner.url)
        assert [one.id for one in partner.received] == [f"{redemption.id}_issued"] * 2
        assert await state_of(context, redemption) is OrderState.SENT

    @pytest.mark.parametrize("writes", [1, 2])
    async def test_killed_after_either_write_it_is_told_once(
        self, context: Context, house: House, mongo_uri: str, redemption: Redemption, clock: Clock, writes: int
    ) -> None:
        async with partner_server() as partner:
            async with mortal(house, mongo_uri, f"{writes} tell {partner.url}") as other:
                assert await other.ended() == -9
            await self.send_in_a_while(context, clock, partner.url)
        assert [one.id for one in partner.received] == [f"{redemption.id}_issued"]
        assert await state_of(context, redemption) is OrderState.SENT

    async def send_in_a_while(self, context: Context, clock: Clock, url: str) -> None:
        clock.advance(seconds=6)
        async with open_courier(30) as courier:
            await send_partner_orders(context, courier, "post", Door(url, KEY), 2)


async def state_of(context: Context, redemption: Redemption) -> OrderState:
    id = f"{redemption.id}_issued"
    return (await context.partner_orders.get_many([id]))[id].state
