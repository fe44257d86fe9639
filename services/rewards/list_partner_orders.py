"""What partners are told, newest first."""

from datetime import datetime

from domain.rewards.partner_order import OrderState, PartnerOrder
from services.context import Context


async def list_partner_orders(
    context: Context, state: OrderState, *, first: int = 20, after: tuple[datetime, str] | None = None
) -> tuple[list[PartnerOrder], bool]:
    """At most `first` of that state behind `after` = (created, id), and whether more follow."""
    found = await context.partner_orders.page(state, first=first + 1, after=after)
    return found[:first], len(found) > first
