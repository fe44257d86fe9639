"""What a member is told when somebody has changed how they can be reached: it may not have been they."""

from datetime import datetime
from typing import Final

from domain.inbox.message import Message, NotificationKind
from domain.time import to_ms

_NEWS: Final = {"email": "EMAIL_CHANGED", "phone": "PHONE_CHANGED"}


def plan_security(member: str, what: str, at: datetime, now: datetime) -> Message:
    """The message of a change of `what`, email or phone, at `at`; neither address stands in it."""
    return Message(
        member=member,
        key=f"security:{what}:{to_ms(at)}",
        kind=NotificationKind.SECURITY,
        template=f"security_{what}_changed",
        values={},
        created_at=now,
        data={"news": _NEWS[what]},
        urgent=True,
    )
