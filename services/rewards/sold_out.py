"""What of the catalog is sold out."""

from datetime import datetime

from domain.rewards.shelf import Shelf
from services.context import Context


async def sold_out(context: Context, shelf: Shelf, now: datetime) -> int:
    """The set of rewards of which nothing is left: no piece, none of any variant, or no code of their pool."""
    found = shelf.set_of(await context.rewards.sold_out(varied=shelf.varied))
    for pool in await context.pools.spent(list(shelf.pooled), now):
        found |= shelf.pooled[pool]
    return found
