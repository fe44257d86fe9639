"""Pages of deliveries, for staff."""

from typing import Any

import strawberry

from domain.alerts.delivery import DeliveryState
from domain.time import to_ms
from resolvers.alerts.delivery import AlertDelivery, AlertDeliveryConnection, AlertDeliveryEdge
from resolvers.context import Info, RequestContext
from resolvers.given import ABSENT, given
from resolvers.paging import moment_of, page_info, page_size, read_cursor, write_cursor
from resolvers.permissions import STAFF, Having
from services.alerts.list_deliveries import list_deliveries, list_deliveries_of


@strawberry.type
class AlertDeliveryQuery:
    """What is on its way to everybody."""

    @strawberry.field(
        extensions=[Having(STAFF)], description="Staff: alerts that were given up, or in another state."
    )
    async def deliveries(
        self,
        info: Info,
        state: DeliveryState = DeliveryState.DEAD,
        first: int | None = 20,
        after: str | None = ABSENT,
    ) -> AlertDeliveryConnection | None:
        """Newest first."""
        size, cursor = page_size(first), read_cursor(given(after), "deliveries", int, str)
        position = (moment_of(cursor[0]), cursor[1]) if cursor else None
        rows, has_next = await list_deliveries(info.context.services, state, first=size, after=position)
        edges = [
            AlertDeliveryEdge(
                cursor=write_cursor("deliveries", to_ms(row.created_at), row.id), node=AlertDelivery(row=row)
            )
            for row in rows
        ]
        return _connection(edges, has_next, cursor)


async def deliveries_of(
    context: RequestContext, member: str, first: int | None, after: str | None
) -> AlertDeliveryConnection:
    """Those of the member's newest message first. Raises BAD_REQUEST for a bad page or cursor."""
    size, cursor = page_size(first), read_cursor(after, "memberDeliveries", int, str)
    position = (cursor[0], cursor[1]) if cursor else None
    rows, has_next = await list_deliveries_of(context.services, member, first=size, after=position)
    edges = [
        AlertDeliveryEdge(cursor=write_cursor("memberDeliveries", row.seq, row.id), node=AlertDelivery(row=row))
        for row in rows
    ]
    return _connection(edges, has_next, cursor)


def _connection(
    edges: list[AlertDeliveryEdge], has_next: bool, cursor: tuple[Any, ...] | None
) -> AlertDeliveryConnection:
    info = page_info([edge.cursor for edge in edges], has_next=has_next, after=cursor)
    return AlertDeliveryConnection(edges=edges, page_info=info)
