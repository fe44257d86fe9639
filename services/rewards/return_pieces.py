"""What a redemption had taken beside points is there again for others."""

import logging

from domain.rewards.redemption import Redemption
from mongo.transactions import Session
from services.context import Context

logger = logging.getLogger(__name__)


async def return_pieces(context: Context, session: Session, redemption: Redemption) -> None:
    """Gives its pieces back to the stock, and what it used of limits to these, in the caller's transaction.

    Call it once: whoever changes the redemption's status does, in the same transaction.
    """
    if not redemption.endless:
        await context.rewards.put_back(session, redemption.reward, redemption.quantity, variant=redemption.variant)
    for use in redemption.limits:
        if not await context.rooms.give_back(session, use.id, use.count):
            logger.error("a limit has less to give back than was used of it", extra={"limit": use.id})
