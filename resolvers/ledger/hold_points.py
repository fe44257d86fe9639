"""A service sets points aside."""

import strawberry

from domain.actors import Role
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ledger.hold import HoldPayload, hold_payload
from resolvers.members.lookup import MemberLookup, lookup_of
from resolvers.permissions import Having
from resolvers.scalars import Points
from services.ledger.hold_points import HoldPoints, hold_points


@strawberry.input
class HoldPointsInput:
    """Whose points, how many, and for how long; at most as long as the programme allows."""

    member: MemberLookup
    points: Points
    idempotency_key: str
    currency: str | None = ABSENT
    expires_in_seconds: int = 900
    reference: str | None = ABSENT


@strawberry.type
class HoldPointsMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SERVICE)])
    async def hold_points(self, info: Info, input: HoldPointsInput) -> HoldPayload | None:
        """Sets points aside, for a purchase that is not finished: nobody can spend them meanwhile."""
        context = info.context
        command = HoldPoints(
            member=lookup_of(input.member),
            points=input.points,
            expires_in_seconds=input.expires_in_seconds,
            key=input.idempotency_key,
            currency=given(input.currency),
            reference=given(input.reference),
        )
        return await hold_payload(context, await hold_points(context.services, context.identity.actor(), command))
