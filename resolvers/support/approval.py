"""Requests that wait for a second person, as staff see them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.support import approval as domain
from domain.support.approval import ApprovalKind, ApprovalStatus, RedemptionReview
from domain.support.correction import EntryReversal, Extension
from resolvers.actor import Actor
from resolvers.context import Info
from resolvers.ids import global_id
from resolvers.ledger.entry import Entry, linked_entry
from resolvers.ledger.lots import last_day
from resolvers.node import Node
from resolvers.paging import PageInfo
from resolvers.program.types import PointCurrency, point_currency
from resolvers.requested import Requested
from resolvers.rewards.redemption import Redemption
from resolvers.scalars import Points

if TYPE_CHECKING:
    from resolvers.members.member import Member


@strawberry.type
class Approval(Requested, Node):
    """A request to move points, and its decision."""

    row: strawberry.Private[domain.Approval]

    def _node_id(self) -> strawberry.ID:
        return global_id("Approval", self.row.id)

    @strawberry.field
    def status(self) -> ApprovalStatus:
        """PENDING until decided, once."""
        return self.row.status

    @strawberry.field
    def kind(self) -> ApprovalKind:
        """What was asked for."""
        return self.row.kind

    @strawberry.field
    async def member(self, info: Info) -> Annotated["Member", strawberry.lazy("resolvers.members.member")]:
        """Whose points."""
        from resolvers.members.find import surely_member

        return await surely_member(info.context, self.row.member)

    @strawberry.field(
        description="Signed: what would come or leave at most; for an extension, how many would live longer."
    )
    def points(self) -> Points:
        """Not zero."""
        return Points(self.row.points)

    @strawberry.field
    def currency(self, info: Info) -> PointCurrency | None:
        """What they are of."""
        return point_currency(info.context.program, self.row.currency)

    @strawberry.field(description="What an approval has posted.")
    async def entry(self, info: Info) -> Entry | None:
        """Null until approved."""
        sequence = self.row.decision.sequence if self.row.decision else None
        if sequence is None:
            return None
        entry = await info.context.loaders.entries.load((self.row.member, sequence))
        return Entry.of(entry) if entry else None

    @strawberry.field(description="The entry that would be taken back or given back, for a reversal.")
    async def reverses(self, info: Info) -> Entry | None:
        """Null for the other kinds."""
        what = self.row.what
        return (
            await linked_entry(info, self.row.member, what.sequence) if isinstance(what, EntryReversal) else None
        )

    @strawberry.field(description="When the points expire that would live longer, for an extension.")
    def expires_at(self) -> datetime | None:
        """Null for the other kinds."""
        return self.row.what.expires_at if isinstance(self.row.what, Extension) else None

    @strawberry.field(description="The last day on which they could be spent then, in the programme's time zone.")
    def until(self, info: Info) -> date | None:
        """Null for the other kinds."""
        what = self.row.what
        return last_day(what.until, info.context.program.zone) if isinstance(what, Extension) else None

    @strawberry.field(description="What the first person wrote for colleagues.")
    async def note(self, info: Info) -> str | None:
        """Null for a reversal without one."""
        return await info.context.loaders.notes.load((self.row.member, self.row.key))

    @strawberry.field(description="The redemption that waits, for that kind.")
    async def redemption(self, info: Info) -> Redemption | None:
        """Null for the other kinds."""
        if not isinstance(self.row.what, RedemptionReview):
            return None
        row = await info.context.loaders.redemptions.load(self.row.what.redemption)
        return Redemption(row=row) if row else None

    @strawberry.field(description="The adjustment reason's code; for a redemption the codes of its guards.")
    def reason(self) -> str:
        """A code, or several with a comma between them."""
        return self.row.reason

    @strawberry.field
    def decided_by(self) -> Actor | None:
        """The second person."""
        return Actor(row=self.row.decision.by) if self.row.decision else None

    @strawberry.field
    def decided_at(self) -> datetime | None:
        """When it was decided."""
        return self.row.decision.at if self.row.decision else None


@strawberry.type
class ApprovalEdge:
    """A request in a list."""

    cursor: str
    node: Approval


@strawberry.type
class ApprovalConnection:
    """A page of requests."""

    edges: list[ApprovalEdge]
    page_info: PageInfo
