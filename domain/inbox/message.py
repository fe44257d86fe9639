"""A message to a member, before and after it stands in their inbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple


class NotificationKind(StrEnum):
    """What a message is about; the same names as the API's."""

    POINTS_CHANGED = "POINTS_CHANGED"
    POINTS_EXPIRING = "POINTS_EXPIRING"
    POINTS_EXPIRED = "POINTS_EXPIRED"
    TIER_CHANGED = "TIER_CHANGED"
    TIER_AT_RISK = "TIER_AT_RISK"
    REWARD_WITHIN_REACH = "REWARD_WITHIN_REACH"
    REDEMPTION_UPDATED = "REDEMPTION_UPDATED"
    ANNOUNCEMENT = "ANNOUNCEMENT"
    SECURITY = "SECURITY"


class RewardName(NamedTuple):
    """A reward among the values of a message: it is called as the catalog has it in the reader's language."""

    code: str


class Sum(NamedTuple):
    """Money among the values of a message, and its ISO 4217 code."""

    amount: Decimal
    currency: str


Value = int | Decimal | str | date | datetime | RewardName | Sum | tuple[str, ...]
"""What stands in the sentences of a message, before it is put in the reader's language. A datetime is told in the
programme's zone, several texts as a list of them."""


class Subject(NamedTuple):
    """What a message links to: a type of the API, such as `Entry`, and the raw key behind its global id.

    The key of an entry is `<member>:<seq>`.
    """

    type: str
    key: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `key` is stable: the same member and key is the same message, however often it is put.

    It is planned as a `template` (a name, such as `points_earned`) with `values`, and put into the reader's words
    when it is delivered: `title` and `body` are sentences for people, empty until then, and stored; `values` are
    not. `data` holds plain JSON values for the app. `urgent`: no cap holds it back. `also`: an e-mail address of
    before, which is told by mail, too; shown to nobody.
    """

    member: str
    key: str
    kind: NotificationKind
    template: str
    values: Mapping[str, Value]
    created_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    subject: Subject | None = None
    urgent: bool = False
    also: str | None = field(default=None, repr=False)
    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A message as it stands in its member's inbox: `seq` counts from 1 a member, without gaps."""

    message: Message
    seq: int
    read_at: datetime | None = None

    @property
    def id(self) -> tuple[str, int]:
        """What names the row: (member, seq)."""
        return (self.message.member, self.seq)


def entry_subject(member: str, seq: int) -> Subject:
    """The link to an entry of the ledger."""
    return Subject("Entry", f"{member}:{seq}")
