"""What a member is told of a redemption: one message for each word of news, under a key that never changes."""

from datetime import datetime
from typing import Any, Final

from domain.inbox.message import Message, NotificationKind, RewardName, Subject, Value
from domain.program.program import Program
from domain.rewards.redemption import Redemption

_TOLD: Final = {
    "IN_REVIEW": "redemption_in_review",
    "ISSUED_AFTER_REVIEW": "redemption_approved",
    "REJECTED": "redemption_rejected",
    "TIMED_OUT": "redemption_timed_out",
    "SHIPPED": "redemption_shipped",
    "DELIVERED": "redemption_delivered",
    "CANCELLED": "redemption_cancelled",
}


def plan_redemption(redemption: Redemption, program: Program, now: datetime) -> tuple[Message, ...]:
    """The messages of what is untold, oldest first. A word that this build does not know says nothing."""
    words = dict.fromkeys(redemption.untold)
    return tuple(_message(redemption, word, program, now) for word in words if word in _TOLD)


def _message(redemption: Redemption, word: str, program: Program, now: datetime) -> Message:
    reward = program.reward(redemption.reward)
    currency = program.currency(reward.currency if reward else None)
    handed = redemption.delivery.carrier if word == "SHIPPED" and redemption.delivery else None
    values: dict[str, Value] = {
        "reward": RewardName(redemption.reward),
        "points": redemption.points,
        "currency": currency.name if currency else "points",
    }
    return Message(
        member=redemption.member,
        key=f"redemption:{redemption.id}:{word}",
        kind=NotificationKind.REDEMPTION_UPDATED,
        template="redemption_shipped_by" if handed else _TOLD[word],
        values=values | ({"carrier": handed} if handed else {}),
        created_at=now,
        data=_data(redemption, word),
        urgent=True,
        subject=Subject("Redemption", f"{redemption.member}:{redemption.id}"),
    )


def _data(redemption: Redemption, word: str) -> dict[str, Any]:
    data: dict[str, Any] = {"news": word, "reward": redemption.reward, "points": redemption.points}
    delivery = redemption.delivery
    if word == "SHIPPED" and delivery:
        tracking = {"trackingNumber": delivery.tracking_number, "trackingUrl": delivery.tracking_url}
        data |= {name: text for name, text in tracking.items() if text}
    return data
