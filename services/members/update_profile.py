"""A member's profile is changed, by themself or by staff."""

import logging
from collections.abc import Sequence
from datetime import datetime

from domain.actors import Actor, ActorKind
from domain.members.change import ChangeProfile, ContactChange, Desk, changed_profile, contacts_changed
from domain.members.kept import kept_attributes
from domain.members.member import Member
from domain.program.program import Program
from domain.refusals import Code, Refused, invalid, not_found
from mongo.faults import StoreUnavailable
from mongo.members import DuplicateField
from mongo.transactions import Session
from services.context import Context
from services.inbox.deliver import deliver
from services.members.active_member import inactive
from services.members.enrol_members import TAKEN

logger = logging.getLogger(__name__)


async def update_profile(context: Context, actor: Actor, command: ChangeProfile) -> Member | Refused:
    """The member as they are then. The same again changes nothing.

    Refuses NOT_FOUND; MEMBER_NOT_ACTIVE, of which staff are free while the member is only frozen; what
    `changed_profile` refuses; and an e-mail or phone of another member. When an e-mail or phone is another than
    before, the member is told.
    """
    own = actor.kind is ActorKind.MEMBER
    if own and actor.id != command.member:
        return Refused(Code.FORBIDDEN, "Members change their own profile.", ("memberId",))
    program, now = await context.programs.current(), context.clock()
    desk = _desk(program, now, own=own)

    async def change(session: Session) -> Member | Refused | DuplicateField:
        before = await context.members.get(command.member, session=session)
        if before is None:
            return not_found("There is no such member.", "memberId")
        refusal = _barred(before, own=own)
        after = refusal or changed_profile(before.profile, command.given, desk)
        if isinstance(after, Refused):
            return after
        if after == before.profile:
            return before
        news = contacts_changed(before.profile, after, now)
        return await context.members.change_profile(session, before, after, news=news)

    outcome = await context.transactions.run(change)
    if isinstance(outcome, DuplicateField):
        return invalid(TAKEN[outcome.name], outcome.name)
    if isinstance(outcome, Member):
        # Whose hand it was; of what it wrote only the names.
        named = {"member": outcome.id, "by": f"{actor.kind.value}:{actor.id}", "fields": sorted(command.given)}
        logger.info("a profile was changed", extra=named)
        await _tell(context, outcome)
    return outcome


async def tell_security(context: Context, *, limit: int = 500) -> int:
    """Tells members of changes that nobody told them of, since a process died before it could; of how many."""
    waiting = await context.members.untold(limit=limit)
    for member, news in waiting:
        await _deliver(context, member, news)
    return len(waiting)


def _desk(program: Program, now: datetime, *, own: bool) -> Desk:
    today = now.astimezone(program.zone).date()
    kept = kept_attributes(program) if own else ()
    return Desk(today, program.locale, program.timezone, own, kept)


def _barred(member: Member, *, own: bool) -> Refused | None:
    refusal = inactive(member, "memberId")
    frozen = member.status.value == "FROZEN"
    return None if refusal and frozen and not own else refusal


async def _tell(context: Context, member: Member) -> None:
    try:
        news = await context.members.untold_of(member.id)
        if news:
            await _deliver(context, member, news)
    except StoreUnavailable:
        logger.warning("a change of a profile waits for the sweep to tell it", extra={"member": member.id})


async def _deliver(context: Context, member: Member, news: Sequence[ContactChange]) -> None:
    now = context.clock()
    await deliver(context, [context.security_news(member.id, change, now) for change in news])
    # A message stands once under its key: whoever dies in between tells it again in vain.
    await context.members.told(member.id, news)
