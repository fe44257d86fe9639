"""A page of a member's notifications."""

from resolvers.context import RequestContext
from resolvers.inbox.notification import Notification, NotificationConnection, NotificationEdge
from resolvers.loaders.inbox import PageKey
from resolvers.paging import page_info, page_size, read_cursor, write_cursor


async def list_notifications(
    context: RequestContext, member: str, first: int | None, after: str | None, unread_only: bool
) -> NotificationConnection:
    """Newest first. Raises BAD_REQUEST for a bad page or cursor."""
    size, cursor = page_size(first), read_cursor(after, "notifications", int)
    before = cursor[0] if cursor else None
    page = await context.loaders.inbox.page(PageKey(member, size, before, unread_only))
    edges = [
        NotificationEdge(cursor=write_cursor("notifications", row.seq), node=Notification(row=row))
        for row in page.rows
    ]
    info = page_info([edge.cursor for edge in edges], has_next=page.has_more, after=cursor)
    return NotificationConnection(edges=edges, page_info=info)
