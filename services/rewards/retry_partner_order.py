"""Staff have a partner told again what was given up."""

from domain.refusals import Code, Refused, not_found
from domain.rewards.partner_order import OrderEvent, OrderState, PartnerOrder
from domain.rewards.redemption import RedemptionStatus
from services.context import Context


async def retry_partner_order(context: Context, id: str) -> PartnerOrder | Refused:
    """Makes a dead order wait again, from its first attempt; one that waits is answered as it is.

    Refuses NOT_FOUND, ALREADY_DECIDED for one that was sent or withdrawn, and ALREADY_REVERSED for what was
    cancelled meanwhile: nobody is to hand it out.
    """
    order = (await context.partner_orders.get_many([id])).get(id)
    if order is None:
        return not_found("There is no such order.", "orderId")
    if order.state is OrderState.DEAD and await _is_cancelled(context, order):
        message = "This redemption was cancelled: nobody is to hand it out."
        return Refused(Code.ALREADY_REVERSED, message, ("orderId",))
    again = await context.partner_orders.retry(id, now=context.clock())
    order = again or (await context.partner_orders.get_many([id]))[id]
    if order.state is not OrderState.WAITING:
        message = f"This order is {order.state.value.lower()}: there is nothing to try again."
        return Refused(Code.ALREADY_DECIDED, message, ("orderId",))
    return order


async def _is_cancelled(context: Context, order: PartnerOrder) -> bool:
    if order.event is not OrderEvent.ISSUED:
        return False
    redemption = (await context.redemptions.get_many([order.redemption])).get(order.redemption)
    return redemption is not None and redemption.status is RedemptionStatus.CANCELLED
