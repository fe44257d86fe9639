"""What a partner is told of a redemption, and when again if they did not hear."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from domain.program.program import Program
from domain.rewards.redemption import Address, Redemption
from domain.time import print_date_time, whole_ms

_MINUTE, _HOUR = 60, 3_600
_WAITS = (5, 5 * _MINUTE, 30 * _MINUTE, *(hours * _HOUR for hours in (2, 5, 10, 14, 20, 24)))
"""Seconds between an attempt and the next, as the Standard Webhooks specification has them: some three days."""
MAX_ATTEMPTS = len(_WAITS) + 1
LONGEST_WAIT = timedelta(days=1)
GONE = 410


class OrderEvent(StrEnum):
    """What a partner is told: the names are the `type` of what they get."""

    ISSUED = "redemption.issued"
    CANCELLED = "redemption.cancelled"


class OrderState(StrEnum):
    """WITHDRAWN: cancelled before anybody was told. DEAD: given up, until staff try again."""

    WAITING = "WAITING"
    SENT = "SENT"
    DEAD = "DEAD"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class PartnerOrder:
    """One message to a partner, under an id that never changes. `next_at`: when it is to be sent, or sent again.

    `attempts` counts those that were begun since it was filed or staff tried again; `answer` is what came of the
    last one, for people.
    """

    id: str
    redemption: str
    member: str
    partner: str
    event: OrderEvent
    state: OrderState
    created_at: datetime
    next_at: datetime
    attempts: int = 0
    sent_at: datetime | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner's server answered: the HTTP status, and its `Retry-After` as it came."""

    status: int
    retry_after: str | None = None

    @property
    def well(self) -> bool:
        """Whether they have it: any status of the two hundreds, and no other."""
        return 200 <= self.status < 300


def order_id(redemption: str, event: OrderEvent) -> str:
    """The id of the message: the same however often it is sent, and without any full stop."""
    return f"{redemption}_{event.value.rpartition('.')[2]}"


def order_of(redemption: Redemption, partner: str, event: OrderEvent, at: datetime) -> PartnerOrder:
    """The message that is to be sent at once."""
    id = order_id(redemption.id, event)
    return PartnerOrder(id, redemption.id, redemption.member, partner, event, OrderState.WAITING, at, at)


def next_attempt(attempts: int, now: datetime, *, jitter: float) -> datetime | None:
    """When to try again after so many attempts; None: never. `jitter`, 0 to 1, moves it by a tenth either way."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return whole_ms(now + timedelta(seconds=_WAITS[attempts - 1]) * (0.9 + 0.2 * jitter))


def asked_to_wait(retry_after: str | None, now: datetime) -> datetime | None:
    """Until when a `Retry-After` asks to wait, in seconds or as a date, at most a day; None for anything else."""
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        seconds = min(int(retry_after[:9]), LONGEST_WAIT.total_seconds())
        return now + timedelta(seconds=seconds)
    try:
        until = parsedate_to_datetime(retry_after)
        # What has no zone is no moment; and a zone can move the last day of all years past them.
        return min(max(until.astimezone(now.tzinfo), now), now + LONGEST_WAIT) if until.tzinfo else None
    except (ValueError, OverflowError):
        return None


def payload(order: PartnerOrder, redemption: Redemption, program: Program, *, global_id: str) -> dict[str, Any]:
    """What is sent, as plain JSON values: the address is nowhere else but here.

    `global_id` names the redemption in the API, for telling that it was shipped. What was erased since is null.
    """
    address = redemption.delivery.address if redemption.delivery else None
    reward = program.reward(redemption.reward)
    copay = redemption.copay
    return {
        "type": order.event.value,
        "timestamp": print_date_time(order.created_at),
        "data": {
            "redemptionId": global_id,
            "reward": redemption.reward,
            "title": reward.title if reward else redemption.reward,
            "variant": redemption.variant,
            "quantity": redemption.quantity,
            "copay": None if copay is None else {"amount": str(copay), "currency": program.money},
            "redeemedAt": print_date_time(redemption.created_at),
            "address": _address(address) if address and order.event is OrderEvent.ISSUED else None,
        },
    }


def _address(address: Address) -> dict[str, Any]:
    return {
        "name": address.name,
        "lines": list(address.lines),
        "postalCode": address.postal_code,
        "city": address.city,
        "region": address.region,
        "country": address.country,
        "phone": address.phone,
    }
