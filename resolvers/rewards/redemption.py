"""Redemptions, as the member and staff see them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.rewards import redemption as domain
from domain.rewards.redemption import RedemptionStatus
from resolvers.context import Info
from resolvers.ids import global_id
from resolvers.ledger.entry import Entry
from resolvers.money import Money, money
from resolvers.node import Node
from resolvers.paging import PageInfo
from resolvers.rewards.delivery import Delivery, delivery_of
from resolvers.rewards.reward import Reward
from resolvers.rewards.voucher import Voucher, vouchers_of
from resolvers.scalars import Points

if TYPE_CHECKING:
    from resolvers.members.member import Member


@strawberry.type
class Redemption(Node):
    """Points given for a reward."""

    row: strawberry.Private[domain.Redemption]

    def _node_id(self) -> strawberry.ID:
        return global_id("Redemption", self.row.member, self.row.id)

    @strawberry.field
    async def reward(self, info: Info) -> Reward:
        """What it is for, also when the catalog lists it no longer."""
        context = info.context
        listed = context.program.reward(self.row.reward)
        if listed:
            return Reward(row=listed, live=False, seen_by=self.row.member)
        stored = await context.loaders.rewards.load(self.row.reward)
        if stored is None:
            raise RuntimeError("a redemption of a reward that was never listed")
        return Reward(row=stored, seen_by=self.row.member)

    @strawberry.field
    async def member(self, info: Info) -> Annotated["Member", strawberry.lazy("resolvers.members.member")]:
        """Whose it is."""
        from resolvers.members.find import surely_member

        return await surely_member(info.context, self.row.member)

    @strawberry.field
    def quantity(self) -> int:
        """How many."""
        return self.row.quantity

    @strawberry.field(description="What was paid for all of them.")
    def points(self) -> Points:
        """Positive."""
        return Points(self.row.points)

    @strawberry.field(description="What is to be paid in money beside the points, for all of them.")
    def copay(self, info: Info) -> Money | None:
        """As it was when it was redeemed."""
        return money(self.row.copay, info.context.program.money)

    @strawberry.field
    def status(self, info: Info) -> RedemptionStatus:
        """What has become of it by now."""
        return self.row.status_at(info.context.now)

    @strawberry.field
    def voucher(self) -> Voucher | None:
        """The first of them; null for a reward that needs none."""
        return next(iter(vouchers_of(self.row)), None)

    @strawberry.field
    def vouchers(self) -> list[Voucher]:
        """One for each piece."""
        return vouchers_of(self.row)

    @strawberry.field(description="The way of goods; null for what goes nowhere.")
    def delivery(self) -> Delivery | None:
        """Where to, and how far it is."""
        return delivery_of(self.row.delivery) if self.row.delivery else None

    @strawberry.field
    def created_at(self) -> datetime:
        """When it was asked for."""
        return self.row.created_at

    @strawberry.field
    def updated_at(self, info: Info) -> datetime:
        """When its status changed last."""
        lapsed = self.row.status_at(info.context.now) is not self.row.status
        ends = [one.expires_at for one in self.row.vouchers if one.expires_at and not one.used_at]
        return max(ends) if lapsed else self.row.updated_at

    @strawberry.field(description="What it did to the points: hold, debit, cancellation.")
    async def entries(self, info: Info) -> list[Entry]:
        """The debit, or the hold and what closed it, and the entries that gave points back."""
        row, loaders = self.row, info.context.loaders
        debit = await loaders.entries.load((row.member, row.sequence))
        entries = [debit] if debit else []
        if row.returned or row.captured is not None:
            entries += await loaders.following.load((row.member, row.sequence)) or []
        if row.returned and row.captured is not None:
            entries += await loaders.following.load((row.member, row.captured)) or []
        return [Entry.of(entry) for entry in entries]


@strawberry.type
class RedemptionEdge:
    """A redemption in a list."""

    cursor: str
    node: Redemption


@strawberry.type
class RedemptionConnection:
    """A page of redemptions."""

    edges: list[RedemptionEdge]
    page_info: PageInfo
