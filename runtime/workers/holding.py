"""Work that one worker at a time does, as long as it holds the lease."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from mongo.faults import StoreUnavailable
from mongo.leases import Lease, Leases

# How long the work of a worker that was killed stands still; a lease lost to a stall costs only a new start.
LASTING = timedelta(seconds=6)
_RENEWALS = 3


async def while_holding(
    leases: Leases,
    name: str,
    work: Callable[[Lease], Awaitable[None]],
    *,
    lasting: timedelta = LASTING,
) -> bool:
    """Does `work` under the lease, renewed a third of its time before each end, and releases it afterwards.

    False: another holds it, and nothing was done. When the lease is lost the work is cancelled; what it does
    while it does not notice must be refused by the fencing number. Faults of the work are raised.
    """
    lease = await leases.acquire(name, f"{socket.gethostname()}:{os.getpid()}", lasting=lasting)
    if lease is None:
        return False
    working = asyncio.ensure_future(work(lease))
    keeping = asyncio.ensure_future(_keep(leases, lease, lasting))
    try:
        await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        for task in (working, keeping):
            task.cancel()
        await asyncio.gather(working, keeping, return_exceptions=True)
        with suppress(StoreUnavailable):
            await leases.release(lease)
    return True


async def _keep(leases: Leases, lease: Lease, lasting: timedelta) -> None:
    """Renews until the lease is lost, or nobody has answered for as long as it lasts."""
    loop = asyncio.get_running_loop()
    renewed_at = loop.time()
    while loop.time() - renewed_at < lasting.total_seconds():
        await asyncio.sleep(lasting.total_seconds() / _RENEWALS)
        asked_at = loop.time()
        with suppress(StoreUnavailable):
            if not await leases.renew(lease, lasting=lasting):
                return
            renewed_at = asked_at
