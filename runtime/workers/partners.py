"""Tells partners what they are to hand out, each in its own time: one that hangs holds up nobody else."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from domain.rewards.webhooks import Door, door_name
from mongo.leases import Lease
from runtime.workers.pausing import pause
from services.context import Context
from services.rewards.send_partner_orders import Courier, send_partner_orders

logger = logging.getLogger(__name__)

NAME = "partners"
EVERY = 1.0
"""Seconds between looks at what is due."""


@dataclass(frozen=True, slots=True)
class Reaching:
    """What telling partners needs: a courier, and where each partner is, by `door_name`."""

    courier: Courier
    doors: Mapping[str, Door]


async def tell_partners(context: Context, reaching: Reaching, lease: Lease, stop: asyncio.Event) -> None:
    """Tells until `stop`, then finishes what is on its way. Raises faults of the store.

    Partners of whom the settings say nothing are told when they do: their orders wait, and no attempt is counted.
    """
    telling: dict[str, asyncio.Task[int]] = {}
    unknown: set[str] = set()
    try:
        while not stop.is_set():
            for partner in await context.partner_orders.due_partners(context.clock()):
                door = reaching.doors.get(door_name(partner))
                if door is None:
                    _say_once(unknown, partner)
                elif partner not in telling:
                    telling[partner] = asyncio.create_task(
                        send_partner_orders(context, reaching.courier, partner, door, lease.fence)
                    )
            await pause(stop, EVERY)
            for partner in [partner for partner, task in telling.items() if task.done()]:
                telling.pop(partner).result()
        await asyncio.gather(*telling.values())
    finally:
        for task in telling.values():
            task.cancel()
        await asyncio.gather(*telling.values(), return_exceptions=True)


def _say_once(unknown: set[str], partner: str) -> None:
    if partner not in unknown:
        unknown.add(partner)
        name = f"REGULARS_PARTNER_{door_name(partner)}"
        extra = {"partner": partner, "set": f"{name}_URL and {name}_SECRET"}
        logger.error("a partner has orders and cannot be reached", extra=extra)
