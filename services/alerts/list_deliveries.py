"""What is on its way to members, or was, for staff: newest first."""

from datetime import datetime

from domain.alerts.delivery import Delivery, DeliveryState
from services.context import Context


async def list_deliveries(
    context: Context, state: DeliveryState, *, first: int = 20, after: tuple[datetime, str] | None = None
) -> tuple[list[Delivery], bool]:
    """At most `first` of that state behind `after` = (created, id), and whether more follow."""
    found = await context.deliveries.page(state, first=first + 1, after=after)
    return found[:first], len(found) > first


async def list_deliveries_of(
    context: Context, member: str, *, first: int = 20, after: tuple[int, str] | None = None
) -> tuple[list[Delivery], bool]:
    """At most `first` of the member's, those of the newest message first, behind `after` = (seq, id), and whether
    more follow."""
    found = await context.deliveries.page_of(member, first=first + 1, after=after)
    return found[:first], len(found) > first
