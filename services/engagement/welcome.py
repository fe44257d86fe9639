"""Members who have joined, told to the rules: the event `member.joined`, once each."""

import logging
from collections.abc import Sequence
from datetime import datetime

from domain.earning.events.intake import RecordEvent
from domain.earning.events.own import JOINED, SOURCE
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from mongo.faults import StoreUnavailable
from services.context import Context
from services.engagement.record_own import record_own

logger = logging.getLogger(__name__)


async def welcome(context: Context, members: Sequence[Member], *, now: datetime) -> None:
    """Records that these members, who were added at `now`, have joined; who joined earlier is backdated.

    They stand already: where the store goes away meanwhile the sweeper records it.
    """
    try:
        await _record(context, [(member, now) for member in members])
    except StoreUnavailable:
        logger.warning("members have joined, and the rules will hear of it later", extra={"count": len(members)})


async def welcome_waiting(context: Context, *, before: datetime, limit: int) -> int:
    """Records the joining of members who were added before then and left waiting by a crash; how many."""
    waiting = await context.members.joining(before=before, limit=limit)
    if waiting:
        await _record(context, waiting)
    return len(waiting)


async def _record(context: Context, added: Sequence[tuple[Member, datetime]]) -> None:
    for backdated in (False, True):
        members = [member for member, at in added if (member.joined_at < at) is backdated]
        if members:
            await record_own(context, [_joined(member) for member in members], backdated=backdated)
            await context.members.have_joined([member.id for member in members])


def _joined(member: Member) -> RecordEvent:
    return RecordEvent(SOURCE, f"joined:{member.id}", JOINED, MemberLookup(id=member.id), member.joined_at)
