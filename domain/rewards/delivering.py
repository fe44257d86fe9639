"""The way of what is sent: handed over to whoever carries it, then delivered."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from domain.refusals import Code, LimitReached, Refused, invalid
from domain.rewards.redemption import Delivery, Handled, Redemption, RedemptionStatus

SHIPPED, DELIVERED = "SHIPPED", "DELIVERED"
"""What the member is to be told."""
MAX_TEXT = 100
MAX_ADDRESS = 2_000
MAX_HANDLED = 50
_WEB_ADDRESS = re.compile(r"https?://[^\s]+")
_PATH = ("redemptionId",)


@dataclass(frozen=True, slots=True)
class Shipment:
    """Who carries it, and how to follow it."""

    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None


def refuse_shipment(shipment: Shipment) -> Refused | None:
    """INVALID_INPUT for what nobody could read or follow."""
    for name, text in (("carrier", shipment.carrier), ("trackingNumber", shipment.tracking_number)):
        if text is not None and not (text.strip() and len(text) <= MAX_TEXT and text.isprintable()):
            return invalid(f"That is 1 to {MAX_TEXT} printable characters.", name)
    url = shipment.tracking_url
    if url is not None and not (len(url) <= MAX_ADDRESS and url.isprintable() and _WEB_ADDRESS.fullmatch(url)):
        return invalid("A page to follow it on begins with https:// or http://.", "trackingUrl")
    return None


def ship(redemption: Redemption, shipment: Shipment, handled: Handled, now: datetime) -> Redemption | Refused:
    """Handed over: FULFILLED, and the member is told. Again with another key, it corrects how to follow it.

    Refuses NOT_AVAILABLE_NOW for one in review, ALREADY_DECIDED for one that was cancelled, used or has expired,
    and LIMIT_REACHED after fifty such commands.
    """
    refusal = _refuse_state(redemption, now) or _refuse_many(redemption)
    if refusal:
        return refusal
    delivery = redemption.delivery or Delivery()
    first = redemption.status is RedemptionStatus.ISSUED
    return replace(
        redemption,
        status=RedemptionStatus.FULFILLED,
        updated_at=now if first else redemption.updated_at,
        delivery=replace(
            delivery,
            carrier=shipment.carrier,
            tracking_number=shipment.tracking_number,
            tracking_url=shipment.tracking_url,
            shipped_at=delivery.shipped_at or now,
        ),
        untold=(*redemption.untold, SHIPPED) if first else redemption.untold,
        handled=(*redemption.handled, handled),
        revision=redemption.revision + 1,
    )


def deliver(redemption: Redemption, at: datetime | None, handled: Handled, now: datetime) -> Redemption | Refused:
    """Arrived at `at` (now when None), once; the member is told.

    Refuses NOT_AVAILABLE_NOW for what was not handed over, ALREADY_DECIDED for what was delivered, cancelled or
    used, and INVALID_INPUT for a time before it was handed over or to come.
    """
    refusal = _refuse_state(redemption, now) or _refuse_many(redemption)
    if refusal:
        return refusal
    delivery = redemption.delivery
    if delivery is None or delivery.shipped_at is None:
        return Refused(Code.NOT_AVAILABLE_NOW, "It was not handed over yet: say that first.", _PATH)
    if delivery.delivered_at is not None:
        return Refused(Code.ALREADY_DECIDED, "It was delivered already.", _PATH)
    # Who wrote that it was handed over may have had a clock that is ahead.
    now = max(now, delivery.shipped_at)
    moment = now if at is None else at
    if not delivery.shipped_at <= moment <= now:
        return invalid("It arrives after it was handed over, and not in the future.", "deliveredAt")
    return replace(
        redemption,
        updated_at=now,
        delivery=replace(delivery, delivered_at=moment),
        untold=(*redemption.untold, DELIVERED),
        handled=(*redemption.handled, handled),
        revision=redemption.revision + 1,
    )


def _refuse_state(redemption: Redemption, now: datetime) -> Refused | None:
    status = redemption.status_at(now)
    if status in (RedemptionStatus.ISSUED, RedemptionStatus.FULFILLED):
        return None
    if status is RedemptionStatus.IN_REVIEW:
        return Refused(Code.NOT_AVAILABLE_NOW, "Staff have not decided on this redemption yet.", _PATH)
    return Refused(Code.ALREADY_DECIDED, f"This redemption is {status.value.lower()}: hand nothing out.", _PATH)


def _refuse_many(redemption: Redemption) -> Refused | None:
    if len(redemption.handled) < MAX_HANDLED:
        return None
    message = f"{MAX_HANDLED} commands have changed the way of this already."
    return LimitReached(Code.LIMIT_REACHED, message, _PATH, limit=MAX_HANDLED)
