"""Messages to test with."""

from collections.abc import Iterable
from datetime import UTC, datetime

from domain.inbox.message import Message, NotificationKind, entry_subject
from domain.program.program import Program
from notifications.words.samples import SAMPLES
from notifications.words.say import say
from tests.support.programs import PROGRAM


def a_message(number: int, member: str = "a") -> Message:
    """What a member is told of their entry `number`."""
    return Message(
        member=member,
        key=f"entry:{number}:points",
        kind=NotificationKind.POINTS_CHANGED,
        template="announcement",
        values={},
        created_at=datetime(2026, 6, 15, 12, tzinfo=UTC),
        data={"points": number, "nested": {"of": ["plain", 1, None]}},
        subject=entry_subject(member, number),
        title=f"Title {number}",
        body=f"Body {number}",
    )


def in_words(messages: Iterable[Message], program: Program = PROGRAM) -> tuple[Message, ...]:
    """As somebody reads them of whom nothing is known; each must bring all that staff may use of it."""
    planned = tuple(messages)
    for message in planned:
        assert SAMPLES[message.template].keys() <= message.values.keys(), message.template
    return tuple(say(message, member=None, program=program) for message in planned)
