"""A second person decides."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused, not_found
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.ledger.entry import Entry
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.support.approval import Approval
from resolvers.user_errors import UserError
from services.support.decide_approval import DecideApproval, decide_approval


@strawberry.input
class DecideApprovalInput:
    """Yes or no, and for colleagues, why."""

    approval_id: strawberry.ID
    approve: bool
    idempotency_key: str
    note: str | None = ABSENT


@strawberry.type
class DecideApprovalPayload:
    """The decided request, and the entry that a yes posted."""

    approval: Approval | None = None
    entry: Entry | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class DecideApprovalMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SUPERVISOR)])
    async def decide_approval(self, info: Info, input: DecideApprovalInput) -> DecideApprovalPayload | None:
        """On a yes the points move with the decision. Nobody decides what they asked for themselves."""
        id = key_of("Approval", input.approval_id)
        if id is None:
            error = not_found("There is no such request for approval.", "approvalId")
            return DecideApprovalPayload(errors=[user_error(error)])
        context = info.context
        command = DecideApproval(id, input.approve, input.idempotency_key, given(input.note))
        outcome = await decide_approval(context.services, context.identity, command)
        if isinstance(outcome, Refused):
            return DecideApprovalPayload(errors=[user_error(outcome)])
        context.refresh()
        entry = Entry.of(outcome.entry) if outcome.entry else None
        return DecideApprovalPayload(approval=Approval(row=outcome.approval), entry=entry)
