"""Staff give back points that have expired."""

import strawberry

from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.permissions import STAFF, Having
from resolvers.scalars import Points
from resolvers.support.outcome import EXACTLY_ONE, Corrected, fields_of, no_such_member
from services.support.reinstate_points import ReinstatePoints, reinstate_points


@strawberry.input
class ReinstatePointsInput:
    """How many of the points that have expired, and why."""

    member_id: strawberry.ID
    points: Points
    reason_code: str
    note: str
    idempotency_key: str
    currency: str | None = ABSENT


@strawberry.type(description=EXACTLY_ONE)
class ReinstatePointsPayload(Corrected):
    """What came of it."""


@strawberry.type
class ReinstatePointsMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(STAFF)])
    async def reinstate_points(self, info: Info, input: ReinstatePointsInput) -> ReinstatePointsPayload | None:
        """Gives back points that have expired, with the expiry date of points earned now."""
        context = info.context
        member = key_of("Member", input.member_id)
        outcome = (
            no_such_member()
            if member is None
            else await reinstate_points(context.services, context.identity, _command(member, input))
        )
        return ReinstatePointsPayload(**await fields_of(context, outcome))


def _command(member: str, input: ReinstatePointsInput) -> ReinstatePoints:
    return ReinstatePoints(
        member=member,
        points=input.points,
        reason=input.reason_code,
        note=input.note,
        key=input.idempotency_key,
        currency=given(input.currency),
    )
