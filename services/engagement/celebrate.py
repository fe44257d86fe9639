"""Birthdays and anniversaries of joining, told to the rules once a year."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from domain.earning.events.intake import RecordEvent
from domain.earning.events.own import ANNIVERSARY, BIRTHDAY, SOURCE, listens
from domain.members.days import around, kept_on
from domain.members.lookup import MemberLookup
from domain.members.member import Member, MemberStatus
from domain.program.program import Program
from domain.time import day_start
from mongo.faults import StoreUnavailable
from services.context import Context
from services.earning.record_events import Recorded
from services.engagement.record_own import AT_ONCE, record_own

logger = logging.getLogger(__name__)

MADE_UP_FOR = timedelta(days=14)
"""How far back days are made up for on which nobody swept."""
_DAY = timedelta(days=1)

_Page = Callable[..., Awaitable[list[Member]]]


async def celebrate(context: Context, now: datetime, *, since: date | None) -> int:
    """Records the birthdays and anniversaries of every day from `since`, the last one looked at, up to today;
    None: of today.

    That last day is looked at again, for whoever came in after it had been: by an import, such as. In the
    programme's zone, of active members who had joined by the end of the day; as often as one likes, since each
    counts once. It takes time in proportion to those who have one. Answers how many were recorded now.
    """
    program = await context.programs.current()
    today = now.astimezone(program.zone).date()
    day = max(since, today - MADE_UP_FOR) if since else today
    recorded = 0
    while day <= today:
        recorded += await _celebrate(context, program, day)
        day += _DAY
    return recorded


async def celebrate_new(context: Context, program: Program, members: Sequence[Member], *, now: datetime) -> None:
    """Records the birthdays of members who have joined just now, on that very day: it may have been swept before.

    Of those with a history, which is still to come in before anything of today, the next day's sweep does; and
    where the store goes away meanwhile, of all.
    """
    today = now.astimezone(program.zone).date()
    new = [member for member in members if member.joined_at >= now and _was_born_on(today, member)]
    try:
        await record_own(context, [_event(program, today, member, BIRTHDAY) for member in new])
    except StoreUnavailable:
        logger.warning("members have birthdays, and the rules will hear of it later", extra={"count": len(new)})


def _was_born_on(day: date, member: Member) -> bool:
    born = member.profile.birthday
    return born is not None and f"{born:%m-%d}" in kept_on(day)


async def _celebrate(context: Context, program: Program, day: date) -> int:
    recorded = 0
    if listens(program, BIRTHDAY):
        pages = [partial(context.members.born_on, one) for one in kept_on(day)]
        recorded += await _record(context, pages, partial(_birthday, program, day))
    if listens(program, ANNIVERSARY):
        pages = [partial(context.members.joined_on, one) for one in around(kept_on(day))]
        recorded += await _record(context, pages, partial(_anniversary, program, day))
    return recorded


async def _record(
    context: Context, pages: Iterable[_Page], event_of: Callable[[Member], RecordEvent | None]
) -> int:
    recorded = 0
    for page in pages:
        after = ""
        while members := await page(after=after, limit=AT_ONCE):
            active = [member for member in members if member.status is MemberStatus.ACTIVE]
            events = [event for event in map(event_of, active) if event]
            results = await record_own(context, events)
            recorded += sum(isinstance(result, Recorded) and not result.duplicate for result in results)
            after = members[-1].id
    return recorded


def _birthday(program: Program, day: date, member: Member) -> RecordEvent | None:
    return _event(program, day, member, BIRTHDAY) if _joined_on(program, member) <= day else None


def _anniversary(program: Program, day: date, member: Member) -> RecordEvent | None:
    joined = _joined_on(program, member)
    if joined.year >= day.year or f"{joined:%m-%d}" not in kept_on(day):
        return None
    return _event(program, day, member, ANNIVERSARY)


def _joined_on(program: Program, member: Member) -> date:
    return member.joined_at.astimezone(program.zone).date()


def _event(program: Program, day: date, member: Member, event_type: str) -> RecordEvent:
    what = event_type.removeprefix("member.")
    # Whoever joins on the very day does so after it began.
    at = max(day_start(day, program.zone), member.joined_at)
    return RecordEvent(SOURCE, f"{what}:{member.id}:{day.year}", event_type, MemberLookup(id=member.id), at)
