"""Members are congratulated on their birthday."""

from datetime import datetime

from domain.members.days import kept_on
from domain.members.member import MemberStatus
from notifications.plan_birthday import plan_birthday
from services.context import Context
from services.inbox.deliver import deliver

_PAGE = 500


async def congratulate(context: Context, now: datetime) -> int:
    """Congratulates the active members whose birthday the programme's day is; how many hear it for the first time.

    A day on which nobody swept is not made up for: nobody is congratulated afterwards.
    """
    program = await context.programs.current()
    if not program.alerts.birthday:
        return 0
    today, sent = now.astimezone(program.zone).date(), 0
    for day in kept_on(today):
        after = ""
        while members := await context.members.born_on(day, after=after, limit=_PAGE):
            active = [member.id for member in members if member.status is MemberStatus.ACTIVE]
            sent += len(await deliver(context, [plan_birthday(id, today, now) for id in active]))
            after = members[-1].id
    return sent
