"""What members are told of friends: that one whom they brought counts, and that they were brought by one."""

from datetime import datetime
from typing import Final

from domain.earning.events.own import REFERRAL_MADE, REFERRAL_USED, SOURCE
from domain.inbox.message import Message, NotificationKind, entry_subject
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind

_FRIEND: Final = "friend:"
"""How the key of the entry begins that counts a friend for whom brought them."""
_OWN: Final = f"event:{SOURCE}|entry:"
_NEWS: Final = {
    REFERRAL_MADE: ("referral_made_points", "REFERRAL_MADE"),
    REFERRAL_USED: ("referral_used_points", "REFERRAL_USED"),
}


def plan_referral(entry: Entry, now: datetime) -> Message | None:
    """To whoever brought a friend, once a friend: that they count. What it gives is an entry of its own."""
    if entry.kind is not EntryKind.EARN or not entry.key.startswith(_FRIEND):
        return None
    return Message(
        member=entry.member,
        key=f"entry:{entry.seq}:friend",
        kind=NotificationKind.POINTS_CHANGED,
        template="referral_made",
        values={},
        created_at=now,
        data={"news": "REFERRAL_MADE"},
        subject=entry_subject(entry.member, entry.seq),
    )


def referral_award(entry: Entry) -> tuple[str, str] | None:
    """The template and the news of an award that was given for bringing a friend, or for being one; None for any
    other. Its news is not that points were earned: that of a friend is told by itself, and never in a digest."""
    if entry.kind is not EntryKind.EARN or not entry.key.startswith(_OWN):
        return None
    return _NEWS.get(entry.key.partition("#")[0].rpartition(":")[2])
