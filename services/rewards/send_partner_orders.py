"""Partners are told what they are to hand out; whoever does not hear is told again, and at last given up."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.rewards.partner_order import (
    GONE,
    LONGEST_WAIT,
    Answer,
    OrderEvent,
    OrderState,
    PartnerOrder,
    asked_to_wait,
    next_attempt,
    order_id,
    payload,
)
from domain.rewards.redemption import Redemption, RedemptionStatus
from domain.rewards.webhooks import Door, signed_headers
from services.context import Context

logger = logging.getLogger(__name__)

AT_ONCE = 10
"""How many orders of one partner are on their way at a time."""
_JSON = {"content-type": "application/json; charset=utf-8"}
_A_MOMENT = timedelta(seconds=1)

Send = Callable[[str, Mapping[str, str], bytes], Awaitable[Answer]]


class NotReached(Exception):
    """Nobody answered, or not in time; the message says how that was, for people."""


@dataclass(frozen=True, slots=True)
class Courier:
    """What telling partners needs: `send` raises NotReached; `id_of` names a redemption in the API; `jitter` is
    from 0 to 1, anew each time."""

    send: Send
    id_of: Callable[[Redemption], str]
    jitter: Callable[[], float]


async def send_partner_orders(context: Context, courier: Courier, partner: str, door: Door, fence: int) -> int:
    """Tells a partner what they are to be told by now, at most ten things at a time; how many there were.

    Each attempt is booked under the lease's number before it is made, so that whoever dies in it has it made
    again, under the same id. Faults of the store are raised.
    """
    orders = await context.partner_orders.due(partner, context.clock(), limit=AT_ONCE)
    await asyncio.gather(*(_tell(context, courier, order, door, fence) for order in orders))
    return len(orders)


async def _tell(context: Context, courier: Courier, order: PartnerOrder, door: Door, fence: int) -> None:
    if await _must_wait(context, order):
        return
    now = context.clock()
    until = next_attempt(order.attempts + 1, now, jitter=courier.jitter()) or now + LONGEST_WAIT
    booked = await context.partner_orders.book(order, fence, until=until)
    if booked is None:
        return
    body = await _body(context, courier, booked)
    if body is None:
        await _settle(context, booked, fence, Answer(GONE))  # there is nothing to hand out, or no longer
        return
    headers = _JSON | signed_headers(door.key, order.id, now, body)
    try:
        answer: Answer | NotReached = await courier.send(door.url, headers, body)
    except NotReached as fault:
        answer = fault
    await _settle(context, booked, fence, answer)


async def _must_wait(context: Context, order: PartnerOrder) -> bool:
    """Whether it is a cancellation of what the partner is still to be told: that comes first."""
    if order.event is not OrderEvent.CANCELLED:
        return False
    id = order_id(order.redemption, OrderEvent.ISSUED)
    issued = (await context.partner_orders.get_many([id])).get(id)
    if issued is None or issued.state is not OrderState.WAITING:
        return False
    await context.partner_orders.postpone(order, max(issued.next_at, context.clock()) + _A_MOMENT)
    return True


async def _knows_better(context: Context, order: PartnerOrder, redemption: Redemption) -> bool:
    """Whether the partner was told already that what they are to hand out is cancelled."""
    if order.event is not OrderEvent.ISSUED or redemption.status is not RedemptionStatus.CANCELLED:
        return False
    id = order_id(order.redemption, OrderEvent.CANCELLED)
    cancelled = (await context.partner_orders.get_many([id])).get(id)
    return cancelled is not None and cancelled.state is OrderState.SENT


async def _body(context: Context, courier: Courier, order: PartnerOrder) -> bytes | None:
    """What is sent; None of what was erased with its member, and of what a retry met when it was cancelled."""
    redemption = (await context.redemptions.get_many([order.redemption])).get(order.redemption)
    if redemption is None or await _knows_better(context, order, redemption):
        return None
    program = await context.programs.current()
    plain = payload(order, redemption, program, global_id=courier.id_of(redemption))
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


async def _settle(context: Context, order: PartnerOrder, fence: int, answer: Answer | NotReached) -> None:
    now = context.clock()
    state, next_at = _after(order, answer, now)
    words = str(answer) if isinstance(answer, NotReached) else f"HTTP {answer.status}"
    extra = {"order": order.id, "partner": order.partner, "attempts": order.attempts, "answer": words}
    if not await context.partner_orders.settle(order, fence, state, words, now=now, next_at=next_at):
        logger.warning("another worker has an order that was being sent", extra=extra)
    elif state is OrderState.DEAD:
        logger.error("a partner could not be told, and is not any more", extra=extra)
    elif state is OrderState.WAITING:
        logger.warning("a partner could not be told, and will be again", extra=extra)


def _after(order: PartnerOrder, answer: Answer | NotReached, now: datetime) -> tuple[OrderState, datetime | None]:
    """What becomes of the order. It was booked for its next attempt already; a partner may ask for a later one."""
    heard = answer if isinstance(answer, Answer) else None
    if heard and heard.well:
        return OrderState.SENT, None
    if (heard and heard.status == GONE) or next_attempt(order.attempts, now, jitter=0) is None:
        return OrderState.DEAD, None
    asked = asked_to_wait(heard.retry_after, now) if heard else None
    return OrderState.WAITING, max(order.next_at, asked) if asked else None
