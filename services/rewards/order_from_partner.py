"""What a partner is to hand out, or no longer, is filed for them in the transaction of the redemption."""

from datetime import datetime

from domain.program.rewards import Reward
from domain.rewards.partner_order import OrderEvent, OrderState, order_of
from domain.rewards.redemption import Redemption
from mongo.transactions import Session
from services.context import Context


async def order_from_partner(context: Context, session: Session, reward: Reward, redemption: Redemption) -> None:
    """Files the order with whoever hands the reward out, if somebody does; it is sent after the commit.

    Who that is the programme in force says, and the catalog of what it does not list any more.
    """
    program = await context.programs.current()
    partner = (program.reward(reward.code) or reward).partner
    if partner is not None:
        order = order_of(redemption, partner, OrderEvent.ISSUED, redemption.updated_at)
        await context.partner_orders.file(session, order)


async def cancel_at_partner(context: Context, session: Session, redemption: Redemption, at: datetime) -> None:
    """Withdraws the order, or tells the partner that it is cancelled where they may have heard of it."""
    order = await context.partner_orders.withdraw(session, redemption.id)
    if order and order.state is not OrderState.WITHDRAWN:
        cancelled = order_of(redemption, order.partner, OrderEvent.CANCELLED, at)
        await context.partner_orders.file(session, cancelled)
