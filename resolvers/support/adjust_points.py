"""Staff put points right."""

import strawberry

from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.permissions import STAFF, Having
from resolvers.scalars import Points
from resolvers.support.outcome import EXACTLY_ONE, Corrected, fields_of, no_such_member
from services.support.adjust_points import AdjustPoints, adjust_points


@strawberry.input(
    description="expectedRevision: refuse with STALE_REVISION if the account has moved on since the agent looked."
)
class AdjustPointsInput:
    """How many points to give, or below zero to take, and why."""

    member_id: strawberry.ID
    points: Points
    reason_code: str
    note: str
    idempotency_key: str
    currency: str | None = ABSENT
    expected_revision: int | None = ABSENT


@strawberry.type(description=EXACTLY_ONE)
class AdjustPointsPayload(Corrected):
    """What came of it."""


@strawberry.type
class AdjustPointsMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(STAFF)])
    async def adjust_points(self, info: Info, input: AdjustPointsInput) -> AdjustPointsPayload | None:
        """Posts it, or files it for a second person above the reader's own limit."""
        context = info.context
        member = key_of("Member", input.member_id)
        outcome = (
            no_such_member()
            if member is None
            else await adjust_points(context.services, context.identity, _command(member, input))
        )
        return AdjustPointsPayload(**await fields_of(context, outcome))


def _command(member: str, input: AdjustPointsInput) -> AdjustPoints:
    return AdjustPoints(
        member=member,
        points=input.points,
        reason=input.reason_code,
        note=input.note,
        key=input.idempotency_key,
        currency=given(input.currency),
        expected_revision=given(input.expected_revision),
    )
