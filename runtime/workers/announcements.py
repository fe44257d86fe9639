"""Announcements whose time has come are put into inboxes, one after the other."""

import asyncio

from mongo.leases import Lease
from runtime.workers.pausing import pause
from services.alerts.send_announcement import send_announcement
from services.context import Context

NAME = "announcements"
EVERY = 1.0
"""Seconds between looks for one whose time has come."""


async def announce(context: Context, lease: Lease, stop: asyncio.Event, *, every: float = EVERY) -> None:
    """Sends what is due until `stop`. What a worker before left half sent goes on from its last page.

    Each page is noted under the lease's number: who has lost the lease goes no further.
    """
    while not stop.is_set():
        taken = await context.announcements.take(lease.fence, now=context.clock())
        if taken is None:
            await pause(stop, every)
            continue
        await send_announcement(context, taken, lease.fence, leave=stop.is_set)
