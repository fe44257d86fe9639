"""Whom an announcement is for, among some members: judged as rules judge them, as they stand now."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from domain.alerts.announcement import Audience, is_for
from domain.earning.facts.known import Known
from domain.earning.facts.people import person_of
from domain.engagement.sight import at_a_glance
from domain.ledger.settle import settle
from domain.ledger.state import State
from domain.members.member import Member, MemberStatus
from domain.program.program import Program
from domain.rules import Failed
from services.context import Context

_AT_ONCE = 50
"""Members who are judged before others of this process have a turn."""


async def audience_of(
    context: Context, program: Program, audience: Audience, members: Sequence[Member], now: datetime
) -> list[tuple[Member, Known]]:
    """The active ones whom it is for, and what is known of each; one query, whatever it asks of them.

    Where a segment's condition fails that is said, and it is not for the member.
    """
    active = [member for member in members if member.status is MemberStatus.ACTIVE]
    accounts = await context.accounts.get_many([member.id for member in active]) if active else {}
    found: list[tuple[Member, Known]] = []
    for place, member in enumerate(active, 1):
        account = accounts.get(member.id)
        state = settle(account.state if account else State(), now)
        known = at_a_glance(program, state, person_of(member, program.zone), now)
        if is_for(known, audience):
            found.append((member, known))
        elif audience.segment is not None and isinstance(known.in_segment(audience.segment), Failed):
            context.failures.say(f"segment:{audience.segment}", member.id)
        if place % _AT_ONCE == 0:
            await asyncio.sleep(0)
    return found
