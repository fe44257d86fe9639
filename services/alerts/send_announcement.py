"""Announcements are put into inboxes, a page of members at a time, in the order of their ids."""

from collections.abc import Callable, Sequence
from datetime import datetime

from domain.alerts.announcement import Announcement, own_texts, plan_announcement, plan_words, values_for
from domain.alerts.template import TemplateText
from domain.inbox.message import Message
from domain.members.member import Member
from services.alerts.audience import audience_of
from services.context import Context
from services.inbox.deliver import deliver

PAGE = 500


async def send_announcement(
    context: Context, announcement: Announcement, fence: int, *, leave: Callable[[], bool], page: int = PAGE
) -> None:
    """Goes on from where it stands until all have it, it is stopped, its end comes, or `leave` says so.

    Whoever is a member as it begins is told, once for ever, if they are active and it is for them as their page
    comes. A stop is heeded after the page under way. Another that sends the same at the same time tells nobody
    twice, and whoever has lost the lease with the number `fence` goes on no further than a page.
    """
    texts = own_texts(announcement.texts, announcement.made_by, announcement.made_at)
    cursor, about = announcement.sending.cursor, await context.members.about_how_many()
    while not leave():
        now = context.clock()
        members = [] if _is_over(announcement, now) else await context.members.page(after=cursor, limit=page)
        if not members:
            await context.announcements.finish(announcement.id, fence, now=now)
            return
        messages = await _plan(context, announcement, texts, members, now)
        await deliver(context, messages)
        cursor = members[-1].id
        counts = {"looked_at": len(members), "told": len(messages), "members": about}
        if not await context.announcements.advance(announcement.id, fence, cursor, **counts):
            return


def _is_over(announcement: Announcement, now: datetime) -> bool:
    return announcement.ends_at is not None and announcement.ends_at <= now


async def _plan(
    context: Context,
    announcement: Announcement,
    texts: Sequence[TemplateText],
    members: Sequence[Member],
    now: datetime,
) -> list[Message]:
    program = await context.programs.current()
    begun = announcement.sending.started_at or now
    # Who joins meanwhile would be told or not by the place of their id.
    present = [member for member in members if member.joined_at <= begun]
    planned = []
    for member, known in await audience_of(context, program, announcement.audience, present, now):
        words = plan_words(announcement.id, member.id, values_for(known, program), now)
        said = context.say(words, member=member, program=program, texts=texts)
        planned.append(plan_announcement(announcement.id, said))
    return planned
