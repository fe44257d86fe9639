"""Staff let points live longer."""

from datetime import date, datetime

import strawberry

from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.ledger.balance import Balance
from resolvers.ledger.entry import Entry
from resolvers.permissions import STAFF, Having
from resolvers.support.approval import Approval
from resolvers.support.outcome import fields_of, no_such_member
from resolvers.user_errors import UserError
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


@strawberry.type(
    description="Exactly one of entry, approval (above the agent's limit nothing moves until a second person "
    "decides) or errors."
)
class ExtendPointsPayload:
    """What came of it; `balance` comes with the entry."""

    entry: Entry | None = None
    balance: Balance | None = None
    approval: Approval | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


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
