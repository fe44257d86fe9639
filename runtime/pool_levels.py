"""How full the pools of voucher codes are, for whoever watches the process."""

import asyncio
import logging
from collections.abc import Callable

from services.context import Context
from services.rewards.list_pools import pool_levels

logger = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between looks."""


async def show_levels(context: Context, show: Callable[[str, int], None]) -> None:
    """Calls `show` with each pool's code and what is left of it, now and then, until it is cancelled.

    What goes wrong is logged, and the next look tries again: no request is answered worse for it.
    """
    while True:
        try:
            for one in await pool_levels(context):
                show(one.pool.code, one.left)
        except Exception as fault:  # as while MongoDB is away
            logger.warning("the pools could not be looked at", extra={"fault": type(fault).__name__})
        await asyncio.sleep(EVERY)
