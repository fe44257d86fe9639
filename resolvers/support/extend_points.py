"""Staff let points live longer."""

from datetime import date, datetime

import strawberry

from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.permissions import STAFF, Having
from resolvers.support.outcome import EXACTLY_ONE, Corrected, fields_of, no_such_member
from services.support.extend_points import ExtendPoints, extend_points


@strawberry.input(
    description="expiresAt: as one of the balance's lots has it, of points that do not expire by inactivity. "
    "until: the last day on which they can be spent then, in the programme's time zone."
)
class ExtendPointsInput:
    """Which points, until when, and why."""

    member_id: strawberry.ID
    expires_at: datetime
    until: date
    reason_code: str
    note: str
    idempotency_key: str
    currency: str | None = ABSENT


@strawberry.type(description=EXACTLY_ONE)
class ExtendPointsPayload(Corrected):
    """What came of it."""


@strawberry.type
class ExtendPointsMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(STAFF)])
    async def extend_points(self, info: Info, input: ExtendPointsInput) -> ExtendPointsPayload | None:
        """Gives all points of one expiry date a later one."""
        context = info.context
        member = key_of("Member", input.member_id)
        outcome = (
            no_such_member()
            if member is None
            else await extend_points(context.services, context.identity, _command(member, input))
        )
        return ExtendPointsPayload(**await fields_of(context, outcome))


def _command(member: str, input: ExtendPointsInput) -> ExtendPoints:
    return ExtendPoints(
        member=member,
        expires_at=input.expires_at,
        until=input.until,
        reason=input.reason_code,
        note=input.note,
        key=input.idempotency_key,
        currency=given(input.currency),
    )
