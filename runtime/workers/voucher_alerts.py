"""Members hear in time that their vouchers end; whoever fills the pools, that one runs low."""

import logging
from datetime import datetime

from domain.inbox.message import Message
from notifications.plan_vouchers import plan_vouchers, voucher_horizon
from services.context import Context
from services.inbox.deliver import deliver
from services.rewards.list_pools import pool_levels

logger = logging.getLogger(__name__)

_BATCH = 500


async def alert_vouchers(context: Context, now: datetime) -> int:
    """Puts the alerts whose day has come into the inboxes; how many were new."""
    program = await context.programs.current()
    horizon = voucher_horizon(program, now)
    if horizon is None:
        return 0
    sent = 0
    waiting: list[Message] = []
    async for redemption in context.redemptions.ending(now, horizon):
        waiting += plan_vouchers(redemption, program, now)
        if len(waiting) >= _BATCH:
            sent, waiting = sent + len(await deliver(context, waiting)), []
    return sent + len(await deliver(context, waiting))


async def warn_of_low_pools(context: Context, low: frozenset[str]) -> frozenset[str]:
    """Logs a warning for each pool that is low and was not in `low`; those that are now, for the next time."""
    levels = [one for one in await pool_levels(context) if one.is_low]
    for one in levels:
        if one.pool.code not in low:
            figures = {"pool": one.pool.code, "left": one.left, "low": one.pool.low}
            logger.warning("a pool of voucher codes is low: import more of them", extra=figures)
    return frozenset(one.pool.code for one in levels)
