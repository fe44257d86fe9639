"""Announcements in tests: members to tell, and staff who announce."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.actors import SYSTEM, Actor, ActorKind
from domain.alerts.announcement import EVERYBODY, Announcement, Audience
from domain.alerts.template import WordsOf
from domain.members.member import Member
from domain.program.earning import Segment
from domain.refusals import Refused
from services.alerts.create_announcement import CreateAnnouncement, create_announcement
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.house import the_programme
from tests.support.members import a_member

SUE = Actor(ActorKind.AGENT, "super-1")
HELLO = WordsOf("en", "Hello {{ name }}", "You have {{ points }} points and are {{ tier }}.")


def a_command(*texts: WordsOf, key: str = "k", **changes: Any) -> CreateAnnouncement:
    """To everybody, now, in English where no texts are given."""
    return replace(CreateAnnouncement(texts or (HELLO,), key), **changes)


async def announced(
    context: Context,
    *texts: WordsOf,
    audience: Audience = EVERYBODY,
    at: datetime | None = None,
    ends_at: datetime | None = None,
    key: str = "k",
) -> Announcement:
    """An announcement that nothing speaks against."""
    command = a_command(*texts, key=key, audience=audience, send_at=at, ends_at=ends_at)
    made = await create_announcement(context, SUE, command)
    assert not isinstance(made, Refused), made
    return made


async def members_of(context: Context, count: int) -> list[Member]:
    """So many active members, in the order of their ids."""
    members = [a_member(number) for number in range(count)]
    await context.members.insert_many(members)
    return members


async def publish_segments(context: Context, *segments: Segment) -> None:
    """The demo programme has these segments from now on."""
    program = the_programme()
    await publish_program(context, SYSTEM, replace(program, segments=(*program.segments, *segments)))
    context.programs._cached = None


async def stands(context: Context, id: str) -> Announcement:
    """The announcement as it is stored."""
    found = await context.announcements.get(id)
    assert found is not None
    return found


async def told(context: Context, members: Sequence[Member], id: str) -> dict[str, int]:
    """How many times each member has it in their inbox."""
    found = {}
    for member in members:
        rows = await context.inbox.since(member.id, 0, limit=100)
        found[member.id] = [row.message.key for row in rows].count(f"announcement:{id}")
    return found
