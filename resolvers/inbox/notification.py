"""Notifications, as the member and staff see them."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from domain.inbox.message import InboxRow, NotificationKind
from resolvers.alerts.delivery import AlertDelivery
from resolvers.context import Info
from resolvers.ids import global_id
from resolvers.inbox.subject import subject_of
from resolvers.node import Node
from resolvers.paging import PageInfo
from resolvers.permissions import STAFF, Having


@strawberry.type
class Notification(Node):
    """What a member was told."""

    row: strawberry.Private[InboxRow]

    def _node_id(self) -> strawberry.ID:
        return global_id("Notification", *self.row.id)

    @strawberry.field
    def kind(self) -> NotificationKind:
        """What it is about, for the app's icon and route."""
        return self.row.message.kind

    @strawberry.field
    def title(self) -> str:
        """A few words."""
        return self.row.message.title

    @strawberry.field
    def body(self) -> str:
        """A sentence or two."""
        return self.row.message.body

    @strawberry.field(description="The facts behind the words, by kind.")
    def data(self) -> JSON:
        """Plain JSON."""
        return JSON(dict(self.row.message.data))

    @strawberry.field(description="What it is about, for the link: an Entry, Reward, Redemption, ...")
    async def subject(self, info: Info) -> Node | None:
        """Null for a message about nothing in particular."""
        return await subject_of(info, self.row.message)

    @strawberry.field
    def created_at(self) -> datetime:
        """When it was told."""
        return self.row.message.created_at

    @strawberry.field(description="Null until it was read.")
    def read_at(self) -> datetime | None:
        """When it was first read."""
        return self.row.read_at

    @strawberry.field(
        extensions=[Having(STAFF)], description="Staff: where else it went, and what became of that."
    )
    async def deliveries(self, info: Info) -> list[AlertDelivery] | None:
        """One for each channel and address."""
        rows = await info.context.loaders.deliveries.load(self.row.id)
        return [AlertDelivery(row=row) for row in rows or ()]


@strawberry.type
class NotificationEdge:
    """A notification in a list."""

    cursor: str
    node: Notification


@strawberry.type
class NotificationConnection:
    """A page of notifications."""

    edges: list[NotificationEdge]
    page_info: PageInfo
