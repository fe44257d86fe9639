"""Members hear in time that their tier ends unless they do more."""

from datetime import datetime

from domain.ledger.settle import settle
from notifications.plan_at_risk import at_risk_horizon, plan_at_risk
from services.context import Context
from services.inbox.deliver import deliver

_PAGE = 500


async def alert_at_risk(context: Context, now: datetime) -> int:
    """Puts the alerts whose day has come into the inboxes; how many were new. It takes time in proportion to the
    members whose tier ends before long."""
    program = await context.programs.current()
    horizon = at_risk_horizon(program, now)
    if horizon is None:
        return 0
    after, sent = None, 0
    while page := await context.accounts.tiers_due(horizon, after=after, limit=_PAGE):
        planned = (plan_at_risk(one.member, settle(one.state, now), program, now) for _, one in page)
        sent += len(await deliver(context, [message for message in planned if message]))
        ends, last = page[-1]
        after = (ends, last.member)
    return sent
