"""What a member is told when somebody has changed how they can be reached: it may not have been they."""

from datetime import datetime
from typing import Final

from domain.inbox.message import Message, NotificationKind
from domain.members.change import ContactChange
from domain.time import to_ms

_NEWS: Final = {"email": "EMAIL_CHANGED", "phone": "PHONE_CHANGED"}


def plan_security(member: str, change: ContactChange, now: datetime) -> Message:
    """The message of a change; no address stands in its words. An e-mail address of before is told, too: whoever
    changed it may not be whom it belongs to."""
    what = change.what
    return Message(
        member=member,
        key=f"security:{what}:{to_ms(change.at)}",
        kind=NotificationKind.SECURITY,
        template=f"security_{what}_changed",
        values={},
        created_at=now,
        data={"news": _NEWS[what]},
        urgent=True,
        also=change.before if what == "email" else None,
    )
