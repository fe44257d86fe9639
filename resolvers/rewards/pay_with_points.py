"""A shop has a member pay for a basket with points."""

from decimal import Decimal

import strawberry

from domain.actors import Role
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.members.lookup import MemberLookup, lookup_of
from resolvers.permissions import Having
from resolvers.rewards.payment import PaymentPayload, payment_payload
from resolvers.scalars import Points
from services.rewards.pay_with_points import PayWithPoints, pay_with_points


@strawberry.input(
    description="basket: what it costs, in the programme's money. points: as many as allowed when absent."
)
class PayWithPointsInput:
    """Whose points, for what, and for how long they are set aside."""

    member: MemberLookup
    basket: Decimal
    idempotency_key: str
    points: Points | None = ABSENT
    reference: str | None = ABSENT
    expires_in_seconds: int = 900


@strawberry.type
class PayWithPointsMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SERVICE)])
    async def pay_with_points(self, info: Info, input: PayWithPointsInput) -> PaymentPayload | None:
        """Sets points aside for a basket and says what they pay; nobody can spend them meanwhile."""
        context = info.context
        command = PayWithPoints(
            member=lookup_of(input.member),
            basket=input.basket,
            key=input.idempotency_key,
            points=given(input.points),
            expires_in_seconds=input.expires_in_seconds,
            reference=given(input.reference),
        )
        outcome = await pay_with_points(context.services, context.identity.actor(), command)
        return await payment_payload(context, outcome)
