"""A message on its way to one address, for staff."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.alerts import delivery as domain
from domain.alerts.channel import Channel
from domain.alerts.delivery import DeliveryState, Why
from domain.inbox.message import NotificationKind
from resolvers.context import Info
from resolvers.ids import global_id
from resolvers.paging import PageInfo

if TYPE_CHECKING:
    from resolvers.inbox.notification import Notification
    from resolvers.members.member import Member


@strawberry.type(
    description="Something that happened to a delivery. what: a state, a reason, ATTEMPT, or REPLAYED by staff. "
    "answer: what the provider said, without anything personal."
)
class AlertDeliveryStep:
    """It grows: keep a branch for unknown words."""

    at: datetime
    what: str
    answer: str | None


@strawberry.type(
    description="A message on its way to one address of a member or a partner. provider: who carries it, such as "
    "apns. why: why it waits, or was dropped. attempts: those that were begun, since staff tried again if they "
    "did. nextAt: when it is looked at or sent again, while it is WAITING. history: oldest first; the newest 40."
)
class AlertDelivery:
    """One delivery; the provider knows it by the same id however often it is sent."""

    row: strawberry.Private[domain.Delivery]

    @strawberry.field
    def id(self) -> strawberry.ID:
        """For trying again."""
        return global_id("AlertDelivery", self.row.id)

    @strawberry.field
    async def notification(
        self, info: Info
    ) -> Annotated["Notification", strawberry.lazy("resolvers.inbox.notification")] | None:
        """What it tells."""
        from resolvers.inbox.notification import Notification

        row = await info.context.loaders.inbox_rows.load((self.row.member, self.row.seq))
        return Notification(row=row) if row else None

    @strawberry.field
    async def member(self, info: Info) -> Annotated["Member", strawberry.lazy("resolvers.members.member")] | None:
        """Who is told."""
        from resolvers.members.find import find_member

        return await find_member(info.context, self.row.member)

    @strawberry.field
    def kind(self) -> NotificationKind:
        """What it is about."""
        return self.row.kind

    @strawberry.field
    def channel(self) -> Channel:
        """Which way it goes."""
        return self.row.channel

    @strawberry.field
    def provider(self) -> str:
        """Who carries it."""
        return self.row.provider

    @strawberry.field
    def state(self) -> DeliveryState:
        """What has become of it."""
        return self.row.state

    @strawberry.field
    def why(self) -> Why | None:
        """Null for nothing in particular."""
        return self.row.why

    @strawberry.field
    def attempts(self) -> int:
        """How often it was tried."""
        return self.row.attempts

    @strawberry.field
    def created_at(self) -> datetime:
        """When it was planned."""
        return self.row.created_at

    @strawberry.field
    def next_at(self) -> datetime | None:
        """Null for one that is over."""
        return self.row.next_at if self.row.state is DeliveryState.WAITING else None

    @strawberry.field
    def sent_at(self) -> datetime | None:
        """When the provider took it."""
        return self.row.sent_at

    @strawberry.field
    def history(self) -> list[AlertDeliveryStep]:
        """What has happened to it."""
        return [AlertDeliveryStep(at=step.at, what=step.what, answer=step.answer) for step in self.row.steps]


@strawberry.type
class AlertDeliveryEdge:
    """A delivery in a list."""

    cursor: str
    node: AlertDelivery


@strawberry.type
class AlertDeliveryConnection:
    """A page of deliveries."""

    edges: list[AlertDeliveryEdge]
    page_info: PageInfo
