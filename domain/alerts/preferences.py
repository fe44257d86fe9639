"""What a member wants to be told, where, and when not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from domain.alerts.channel import Channel
from domain.inbox.message import NotificationKind

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day until another, which may be on the next day, in the member's zone; equal: never."""

    begins: time
    ends: time

    @staticmethod
    def read(begins: str, ends: str) -> "QuietHours":
        """From two texts such as 21:00. Raises ValueError for anything else."""
        return QuietHours(_time(begins), _time(ends))


def _time(text: str) -> time:
    if not _TIME.fullmatch(text):
        raise ValueError("a time of day is two digits, a colon and two digits, such as 21:00")
    return time.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Bounce:
    """An address that turned out to reach nobody: nothing more goes there until the member has another."""

    address: str = field(repr=False)
    at: datetime
    answer: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """A member's own choices; what they have not chosen is the programme's default.

    `choices`: whether a kind is wanted on a channel. `quiet` None: the programme's quiet hours. `unsubscribed`:
    channels on which nothing is wanted any more, which nothing outdoes. `marketing`: when they agreed to
    announcements by e-mail and SMS; None: they did not. `balance`: amounts that they want to hear of reaching, by
    the code of the currency.
    """

    member: str
    choices: Mapping[tuple[NotificationKind, Channel], bool] = field(default_factory=dict)
    quiet: QuietHours | None = None
    unsubscribed: frozenset[Channel] = frozenset()
    marketing: datetime | None = None
    balance: Mapping[str, int] = field(default_factory=dict)
    bounces: Mapping[Channel, Bounce] = field(default_factory=dict)
