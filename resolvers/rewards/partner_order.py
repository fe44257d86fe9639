"""What partners are told of redemptions, for staff."""

from datetime import datetime

import strawberry

from domain.rewards import partner_order as domain
from domain.rewards.partner_order import OrderState
from domain.time import to_ms
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import global_id
from resolvers.paging import PageInfo, moment_of, page_info, page_size, read_cursor, write_cursor
from resolvers.permissions import STAFF, Having
from resolvers.rewards.redemption import Redemption
from services.rewards.list_partner_orders import list_partner_orders


@strawberry.type(
    description="A message to a partner. event: redemption.issued or redemption.cancelled. answer: what came of "
    "the last attempt. nextAt: when it is sent again, while it is WAITING."
)
class PartnerOrder:
    """One message, under one id however often it is sent."""

    row: strawberry.Private[domain.PartnerOrder]

    @strawberry.field
    def id(self) -> strawberry.ID:
        """For trying again."""
        return global_id("PartnerOrder", self.row.id)

    @strawberry.field
    def partner(self) -> str:
        """The partner's code."""
        return self.row.partner

    @strawberry.field
    def event(self) -> str:
        """What they are told."""
        return self.row.event.value

    @strawberry.field
    def state(self) -> OrderState:
        """What has become of it."""
        return self.row.state

    @strawberry.field
    def attempts(self) -> int:
        """Those that were begun, since staff tried again if they did."""
        return self.row.attempts

    @strawberry.field
    def answer(self) -> str | None:
        """Null before the first attempt."""
        return self.row.answer

    @strawberry.field
    def created_at(self) -> datetime:
        """When it happened."""
        return self.row.created_at

    @strawberry.field
    def next_at(self) -> datetime | None:
        """Null for one that is not sent again."""
        return self.row.next_at if self.row.state is OrderState.WAITING else None

    @strawberry.field
    def sent_at(self) -> datetime | None:
        """When the partner took it."""
        return self.row.sent_at

    @strawberry.field
    async def redemption(self, info: Info) -> Redemption | None:
        """What it is about."""
        row = await info.context.loaders.redemptions.load(self.row.redemption)
        return Redemption(row=row) if row else None


@strawberry.type
class PartnerOrderEdge:
    """A message in a list."""

    cursor: str
    node: PartnerOrder


@strawberry.type
class PartnerOrderConnection:
    """A page of messages."""

    edges: list[PartnerOrderEdge]
    page_info: PageInfo


@strawberry.type
class PartnerOrderQuery:
    """What partners are told."""

    @strawberry.field(extensions=[Having(STAFF)], description="Staff: what partners are told, or could not be.")
    async def partner_orders(
        self,
        info: Info,
        state: OrderState = OrderState.DEAD,
        first: int | None = 20,
        after: str | None = ABSENT,
    ) -> PartnerOrderConnection | None:
        """Newest first."""
        size, cursor = page_size(first), read_cursor(given(after), "partnerOrders", int, str)
        position = (moment_of(cursor[0]), cursor[1]) if cursor else None
        rows, has_next = await list_partner_orders(info.context.services, state, first=size, after=position)
        edges = [
            PartnerOrderEdge(
                cursor=write_cursor("partnerOrders", to_ms(row.created_at), row.id), node=PartnerOrder(row=row)
            )
            for row in rows
        ]
        ends = page_info([edge.cursor for edge in edges], has_next=has_next, after=position)
        return PartnerOrderConnection(edges=edges, page_info=ends)
