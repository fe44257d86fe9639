"""What a member is told of a redemption: one message for each word of news, under a key that never changes."""

from datetime import datetime
from typing import Any, Final

from domain.inbox.message import Message, NotificationKind, Subject
from domain.program.program import Program
from domain.rewards.redemption import Redemption
from notifications.templates import (
    REDEMPTION_APPROVED,
    REDEMPTION_CANCELLED,
    REDEMPTION_DELIVERED,
    REDEMPTION_IN_REVIEW,
    REDEMPTION_REJECTED,
    REDEMPTION_SHIPPED,
    REDEMPTION_SHIPPED_BY,
    REDEMPTION_TIMED_OUT,
    Template,
    number,
)

_TOLD: Final = {
    "IN_REVIEW": REDEMPTION_IN_REVIEW,
    "ISSUED_AFTER_REVIEW": REDEMPTION_APPROVED,
    "REJECTED": REDEMPTION_REJECTED,
    "TIMED_OUT": REDEMPTION_TIMED_OUT,
    "SHIPPED": REDEMPTION_SHIPPED,
    "DELIVERED": REDEMPTION_DELIVERED,
    "CANCELLED": REDEMPTION_CANCELLED,
}


def plan_redemption(redemption: Redemption, program: Program, now: datetime) -> tuple[Message, ...]:
    """The messages of what is untold, oldest first. A word that this build does not know says nothing."""
    words = dict.fromkeys(redemption.untold)
    return tuple(_message(redemption, word, program, now) for word in words if word in _TOLD)


def _message(redemption: Redemption, word: str, program: Program, now: datetime) -> Message:
    reward = program.reward(redemption.reward)
    currency = program.currency(reward.currency if reward else None)
    carrier = redemption.delivery.carrier if redemption.delivery else None
    title, body = _template(word, carrier).fill(
        reward=reward.title if reward else redemption.reward,
        points=number(redemption.points),
        currency=currency.name if currency else "points",
        carrier=carrier or "",
    )
    return Message(
        member=redemption.member,
        key=f"redemption:{redemption.id}:{word}",
        kind=NotificationKind.REDEMPTION_UPDATED,
        title=title,
        body=body,
        created_at=now,
        data=_data(redemption, word),
        subject=Subject("Redemption", f"{redemption.member}:{redemption.id}"),
    )


def _template(word: str, carrier: str | None) -> Template:
    return REDEMPTION_SHIPPED_BY if word == "SHIPPED" and carrier else _TOLD[word]


def _data(redemption: Redemption, word: str) -> dict[str, Any]:
    data: dict[str, Any] = {"news": word, "reward": redemption.reward, "points": redemption.points}
    delivery = redemption.delivery
    if word == "SHIPPED" and delivery:
        tracking = {"trackingNumber": delivery.tracking_number, "trackingUrl": delivery.tracking_url}
        data |= {name: text for name, text in tracking.items() if text}
    return data
