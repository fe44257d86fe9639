"""Payments with points, as shops, the member and staff see them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.money import from_minor
from domain.refusals import Refused
from domain.rewards import payment as domain
from domain.rewards.payment import PaymentStatus
from resolvers.context import Info, RequestContext
from resolvers.ids import global_id, key_of, read_owned
from resolvers.ledger.balance import Balance
from resolvers.ledger.entry import Entry
from resolvers.ledger.read_balance import balance_after
from resolvers.money import Money
from resolvers.node import Node
from resolvers.permissions import STAFF, OwnerOr
from resolvers.refusals import user_error
from resolvers.rewards.returned_points import ReturnedPoints
from resolvers.scalars import Points
from resolvers.user_errors import UserError
from services.rewards.change_payment import no_such_payment
from services.rewards.pay_with_points import Paid

if TYPE_CHECKING:
    from resolvers.members.member import Member


@strawberry.type
class PaymentPart:
    """Points, and the money that they pay."""

    points: Points
    amount: Money


@strawberry.type
class Payment(Node):
    """Points for a basket: set aside, then captured, released or timed out; what was captured can be returned."""

    row: strawberry.Private[domain.Payment]

    def _node_id(self) -> strawberry.ID:
        return global_id("Payment", self.row.member, self.row.id)

    @property
    def owner(self) -> str:
        """Whose points they are."""
        return self.row.member

    @strawberry.field
    def points(self) -> Points:
        """How many were set aside."""
        return Points(self.row.points)

    @strawberry.field
    def amount(self) -> Money:
        """What they pay of the basket."""
        return self._money(self.row.amount)

    @strawberry.field
    def basket(self) -> Money:
        """What the whole basket costs."""
        return self._money(self.row.basket)

    @strawberry.field(description="The shop's own, such as the number of the basket.")
    def reference(self) -> str | None:
        """Opaque."""
        return self.row.reference

    @strawberry.field(description="EXPIRED: nobody captured it in time, and its points are the member's again.")
    def status(self, info: Info) -> PaymentStatus:
        """What has become of it by now."""
        return self.row.status_at(info.context.now)

    @strawberry.field(description="When its points go back, unless they are captured or released before.")
    def expires_at(self) -> datetime:
        """Exclusive."""
        return self.row.expires_at

    @strawberry.field
    def created_at(self) -> datetime:
        """When they were set aside."""
        return self.row.created_at

    @strawberry.field(description="What was spent; null when nothing was.")
    def captured(self) -> PaymentPart | None:
        """The rest of what was set aside went back then."""
        return self._part(self.row.spent) if self.row.spent else None

    @strawberry.field(description="What was given back of what was captured.")
    def returned(self) -> PaymentPart:
        """All returns together; never more than was captured."""
        return self._part(self.row.returned)

    @strawberry.field(extensions=[OwnerOr(STAFF)], description="What it did to the points, oldest first.")
    async def entries(self, info: Info) -> list[Entry] | None:
        """The hold, what closed it, and the returns."""
        slots = [(self.row.member, sequence) for sequence in self.row.entries]
        found = await info.context.loaders.entries.load_many(slots)
        return [Entry.of(entry) for entry in found if entry]

    @strawberry.field
    async def member(self, info: Info) -> Annotated["Member", strawberry.lazy("resolvers.members.member")]:
        """Who pays."""
        from resolvers.members.find import surely_member

        return await surely_member(info.context, self.row.member)

    def _money(self, minor: int) -> Money:
        return Money(amount=from_minor(minor, self.row.money), currency=self.row.money)

    def _part(self, part: domain.Part) -> PaymentPart:
        return PaymentPart(points=Points(part.points), amount=self._money(part.amount))


@strawberry.type
class PaymentPayload:
    """The payment and today's balance, or why not. `returned`: what this return brought back."""

    payment: Payment | None = None
    balance: Balance | None = None
    returned: ReturnedPoints | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


def payment_of(id: str) -> tuple[str, str] | Refused:
    """The member and the raw id that a payment's id names; NOT_FOUND for what was never one."""
    return read_owned(key_of("Payment", id) or "") or no_such_payment()


def refused_payment(refused: Refused) -> PaymentPayload:
    """The payload of a refusal."""
    return PaymentPayload(errors=[user_error(refused)])


async def payment_payload(context: RequestContext, outcome: Paid | Refused) -> PaymentPayload:
    """The payload of what a service answered."""
    if isinstance(outcome, Refused):
        return refused_payment(outcome)
    context.refresh()
    one = next((one for one in outcome.payment.returns if one.sequence == outcome.entry.seq), None)
    return PaymentPayload(
        payment=Payment(row=outcome.payment),
        balance=await balance_after(context, outcome.entry),
        returned=_returned(one) if one else None,
    )


def _returned(one: domain.Returned) -> ReturnedPoints:
    return ReturnedPoints(
        points=Points(one.points),
        extended=Points(one.extended),
        lost=Points(one.lost),
        extended_until=one.extended_until,
    )
