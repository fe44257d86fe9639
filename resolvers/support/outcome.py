"""What came of a correction, as every payload of one has it."""

from typing import TypedDict

import strawberry

from domain.ledger.entry import Entry as LedgerEntry
from domain.refusals import Refused, not_found
from domain.support.approval import Approval as Waiting
from resolvers.context import RequestContext
from resolvers.ledger.balance import Balance
from resolvers.ledger.entry import Entry
from resolvers.ledger.read_balance import balance_after
from resolvers.refusals import user_error
from resolvers.support.approval import Approval
from resolvers.user_errors import UserError

EXACTLY_ONE = (
    "Exactly one of entry, approval (above the agent's limit nothing moves until a second person "
    "decides) or errors."
)


@strawberry.type
class Corrected:
    """What every payload of a correction has; `balance` comes with the entry."""

    entry: Entry | None = None
    balance: Balance | None = None
    approval: Approval | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


class Fields(TypedDict):
    """The fields of a payload: exactly one of entry, approval and errors says something."""

    entry: Entry | None
    balance: Balance | None
    approval: Approval | None
    errors: list[UserError]


async def fields_of(context: RequestContext, outcome: LedgerEntry | Waiting | Refused) -> Fields:
    """Of what a service answered; `balance` comes with the entry."""
    fields = Fields(entry=None, balance=None, approval=None, errors=[])
    if isinstance(outcome, Refused):
        fields["errors"] = [user_error(outcome)]
        return fields
    context.refresh()
    if isinstance(outcome, Waiting):
        fields["approval"] = Approval(row=outcome)
        return fields
    fields["entry"] = Entry.of(outcome)
    fields["balance"] = await balance_after(context, outcome)
    return fields


def no_such_member() -> Refused:
    """The refusal of an id that was never a member's."""
    return not_found("There is no such member.", "memberId")
