"""Announcements: something staff tell all members, or those of a segment or a tier, at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.actors import Actor
from domain.alerts.template import TemplateText, WordsOf
from domain.earning.facts.known import Known
from domain.engagement.sight import in_segment
from domain.inbox.message import Message, NotificationKind, Value
from domain.program.program import Program

TEXT: Final = "announcement_text"
"""The template that the texts of an announcement are of: what they may use is among its values."""


class AnnouncementState(StrEnum):
    """SCHEDULED until its time, then SENDING; SENT when every inbox has it or its end came; or STOPPED."""

    SCHEDULED = "SCHEDULED"
    SENDING = "SENDING"
    SENT = "SENT"
    STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom it is for: a segment's members, a tier's, or (both None) all."""

    segment: str | None = None
    tier: str | None = None


EVERYBODY: Final = Audience()


@dataclass(frozen=True, slots=True)
class Sending:
    """How far it is: the members with ids up to `cursor` were looked at, `told` of them told; `members` is about
    how many there are in all, None before it begins."""

    cursor: str = ""
    members: int | None = None
    looked_at: int = 0
    told: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is told (`texts`, one a locale), to whom and when. Nothing leaves the house from `ends_at` on.

    `key` and `input` are of whoever made it.
    """

    id: str
    texts: tuple[WordsOf, ...]
    audience: Audience
    send_at: datetime
    made_by: Actor
    made_at: datetime
    key: str
    input: str
    ends_at: datetime | None = None
    state: AnnouncementState = AnnouncementState.SCHEDULED
    sending: Sending = Sending()
    stopped_by: Actor | None = None
    stopped_at: datetime | None = None


def is_for(known: Known, audience: Audience) -> bool:
    """Whether it is for this member now; where that cannot be told it is not."""
    if audience.tier is not None and known.circumstances.tier.code != audience.tier:
        return False
    return in_segment(known, audience.segment)


def values_for(known: Known, program: Program) -> dict[str, Value]:
    """What its texts may use of the member, besides their name."""
    available = known.state.account(program.default_currency.code).available
    return {"points": max(available, 0), "tier": known.circumstances.tier.name}


def own_texts(texts: Sequence[WordsOf], by: Actor, at: datetime) -> tuple[TemplateText, ...]:
    """Its texts as staff's own of the template `TEXT`, so that each member's is found as any other text is."""
    return tuple(TemplateText(TEXT, one.locale, one.title, one.body, 1, by, at) for one in texts)


def announcement_key(id: str) -> str:
    """The key under which an announcement stands in each inbox."""
    return f"announcement:{id}"


def plan_words(id: str, member: str, values: dict[str, Value], now: datetime) -> Message:
    """What is to be put in the member's words by its own texts."""
    return Message(member, announcement_key(id), NotificationKind.ANNOUNCEMENT, TEXT, values, now)


def plan_announcement(id: str, words: Message) -> Message:
    """What a member is told, once its texts are in their words: as staff have announcements look."""
    return Message(
        member=words.member,
        key=words.key,
        kind=NotificationKind.ANNOUNCEMENT,
        template="announcement",
        values={"title": words.title, "body": words.body},
        created_at=words.created_at,
        data={"news": "ANNOUNCEMENT", "announcement": id},
    )
