"""A page of a member's redemptions."""

from domain.rewards.redemption import RedemptionStatus
from domain.time import to_ms
from resolvers.context import RequestContext
from resolvers.paging import moment_of, page_info, page_size, read_cursor, write_cursor
from resolvers.rewards.redemption import Redemption, RedemptionConnection, RedemptionEdge
from services.rewards.list_redemptions import list_redemptions as read_redemptions


async def list_redemptions(
    context: RequestContext,
    member: str,
    first: int | None,
    after: str | None,
    status: RedemptionStatus | None,
) -> RedemptionConnection:
    """Newest first. Raises BAD_REQUEST for a bad page or cursor."""
    size, cursor = page_size(first), read_cursor(after, "redemptions", int, str)
    position = (moment_of(cursor[0]), cursor[1]) if cursor else None
    page = await read_redemptions(context.services, member, first=size, after=position, status=status)
    for (owner, sequence), entry in page.entries.items():
        context.loaders.entries.prime((owner, sequence), entry)
    edges = [
        RedemptionEdge(cursor=write_cursor("redemptions", to_ms(row.created_at), row.id), node=Redemption(row=row))
        for row in page.redemptions
    ]
    info = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=position)
    return RedemptionConnection(edges=edges, page_info=info)
