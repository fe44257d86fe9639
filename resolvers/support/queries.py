"""Root fields for support."""

import strawberry

from domain.support.approval import ApprovalStatus
from domain.time import to_ms
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.paging import moment_of, page_info, page_size, read_cursor, write_cursor
from resolvers.permissions import STAFF, Having
from resolvers.support.approval import Approval, ApprovalConnection, ApprovalEdge
from services.support.list_approvals import list_approvals


@strawberry.type
class ApprovalQuery:
    """What waits for a second person."""

    @strawberry.field(
        extensions=[Having(STAFF)],
        description="Staff: what waits for a second person, and what was decided.",
    )
    async def approvals(
        self,
        info: Info,
        status: ApprovalStatus = ApprovalStatus.PENDING,
        first: int | None = 20,
        after: str | None = ABSENT,
    ) -> ApprovalConnection | None:
        """Newest first."""
        size, cursor = page_size(first), read_cursor(given(after), "approvals", int, str)
        position = (moment_of(cursor[0]), cursor[1]) if cursor else None
        page = await list_approvals(info.context.services, status, first=size, after=position)
        edges = [
            ApprovalEdge(cursor=write_cursor("approvals", to_ms(row.requested_at), row.id), node=Approval(row=row))
            for row in page.approvals
        ]
        ends = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=cursor)
        return ApprovalConnection(edges=edges, page_info=ends)
