"""Staff have sent what was given up."""

from domain.alerts.delivery import Delivery, DeliveryState
from domain.alerts.route import LASTING
from domain.refusals import Code, Refused, not_found
from services.context import Context


async def retry_delivery(context: Context, id: str) -> Delivery | Refused:
    """Makes a dead delivery wait again, from its first attempt and for as long as a new one; one that waits is
    answered as it is. Whether it is still wanted is asked again before it is sent.

    Refuses NOT_FOUND, and ALREADY_DECIDED for one that was sent, dropped or merged.
    """
    delivery = (await context.deliveries.get_many([id])).get(id)
    if delivery is None:
        return not_found("There is no such delivery.", "deliveryId")
    if delivery.state is DeliveryState.DEAD:
        now = context.clock()
        again = await context.deliveries.replay(delivery, now=now, until=now + LASTING[delivery.channel])
        delivery = again or (await context.deliveries.get_many([id]))[id]
    if delivery.state is not DeliveryState.WAITING:
        message = f"This delivery is {delivery.state.value.lower()}: there is nothing to try again."
        return Refused(Code.ALREADY_DECIDED, message, ("deliveryId",))
    return delivery
