"""Members hear what has become of their redemptions, each piece of news once."""

import logging
from dataclasses import replace

from domain.rewards.redemption import Redemption
from mongo.faults import StoreUnavailable
from services.context import Context
from services.inbox.deliver import deliver

logger = logging.getLogger(__name__)


async def tell(context: Context, redemption: Redemption) -> Redemption:
    """Puts what is untold of it into its member's inbox; the redemption without it.

    Call it after the commit that left it. What cannot be told now, as without a store, the sweep tells: nobody
    waits or fails for it.
    """
    if not redemption.untold:
        return redemption
    try:
        await _tell(context, redemption)
    except StoreUnavailable:
        logger.warning("news of a redemption wait for the sweep", extra={"redemption": redemption.id})
    return replace(redemption, untold=())


async def tell_of(context: Context, id: str) -> None:
    """As `tell`, of the redemption as it stands."""
    found = (await context.redemptions.get_many([id])).get(id)
    if found:
        await tell(context, found)


async def tell_untold(context: Context, *, limit: int = 500) -> int:
    """Tells what nobody told, since a process died before it could; of how many redemptions."""
    waiting = await context.redemptions.untold(limit=limit)
    for redemption in waiting:
        await _tell(context, redemption)
    return len(waiting)


async def _tell(context: Context, redemption: Redemption) -> None:
    program = await context.programs.current()
    await deliver(context, context.redemption_news(redemption, program, context.clock()))
    # A message stands once under its key: whoever dies in between tells it again in vain.
    await context.redemptions.told(redemption.id, redemption.untold)
