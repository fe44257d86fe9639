"""Staff put points right."""

import strawberry

from domain.ledger.entry import Entry as LedgerEntry
from domain.refusals import Refused, not_found
from domain.support.approval import Approval as Waiting
from resolvers.context import Info, RequestContext
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.ledger.balance import Balance
from resolvers.ledger.entry import Entry
from resolvers.ledger.read_balance import balance_after
from resolvers.permissions import STAFF, Having
from resolvers.refusals import user_error
from resolvers.scalars import Points
from resolvers.support.approval import Approval
from resolvers.user_errors import UserError
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


@strawberry.type(
    description="Exactly one of entry, approval (above the agent's limit nothing moves until a second person "
    "decides) or errors."
)
class AdjustPointsPayload:
    """What came of it; `balance` comes with the entry."""

    entry: Entry | None = None
    balance: Balance | None = None
    approval: Approval | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class AdjustPointsMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(STAFF)])
    async def adjust_points(self, info: Info, input: AdjustPointsInput) -> AdjustPointsPayload | None:
        """Posts it, or files it for a second person above the reader's own limit."""
        member = key_of("Member", input.member_id)
        if member is None:
            return AdjustPointsPayload(errors=[user_error(not_found("There is no such member.", "memberId"))])
        context = info.context
        outcome = await adjust_points(context.services, context.identity, _command(member, input))
        context.refresh()
        return await _payload(context, outcome)


async def _payload(context: RequestContext, outcome: LedgerEntry | Waiting | Refused) -> AdjustPointsPayload:
    if isinstance(outcome, Refused):
        return AdjustPointsPayload(errors=[user_error(outcome)])
    if isinstance(outcome, Waiting):
        return AdjustPointsPayload(approval=Approval(row=outcome))
    return AdjustPointsPayload(entry=Entry.of(outcome), balance=await balance_after(context, outcome))


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
