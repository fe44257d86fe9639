"""Messages to test with."""

from datetime import UTC, datetime

from domain.inbox.message import Message, NotificationKind, entry_subject


def a_message(number: int, member: str = "a") -> Message:
    """What a member is told of their entry `number`."""
    return Message(
        member=member,
        key=f"entry:{number}:points",
        kind=NotificationKind.POINTS_CHANGED,
        title=f"Title {number}",
        body=f"Body {number}",
        created_at=datetime(2026, 6, 15, 12, tzinfo=UTC),
        data={"points": number, "nested": {"of": ["plain", 1, None]}},
        subject=entry_subject(member, number),
    )
