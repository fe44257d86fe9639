"""A word on a member's birthday."""

from datetime import date, datetime

from domain.inbox.message import Message, NotificationKind


def plan_birthday(member: str, day: date, now: datetime) -> Message:
    """The congratulation of a year, once."""
    return Message(
        member=member,
        key=f"birthday:{day.year}",
        kind=NotificationKind.ANNOUNCEMENT,
        template="birthday",
        values={},
        created_at=now,
        data={"news": "BIRTHDAY"},
    )
