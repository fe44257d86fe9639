"""The member sends points to another."""

import strawberry

from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ledger.balance import Balance
from resolvers.ledger.entry import Entry
from resolvers.ledger.read_balance import balance_after
from resolvers.members.lookup import MemberLookup, lookup_of
from resolvers.permissions import SignedInMember
from resolvers.refusals import user_error
from resolvers.scalars import Points
from resolvers.user_errors import UserError
from services.ledger.transfer_points import TransferPoints, transfer_points


@strawberry.input
class TransferPointsInput:
    """To whom, how many, and a line for them."""

    to: MemberLookup
    points: Points
    idempotency_key: str
    currency: str | None = ABSENT
    note: str | None = ABSENT


@strawberry.type
class TransferPointsPayload:
    """The sender's entry and today's balance, or why not."""

    entry: Entry | None = None
    balance: Balance | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class TransferPointsMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[SignedInMember()])
    async def transfer_points(self, info: Info, input: TransferPointsInput) -> TransferPointsPayload | None:
        """Points leave the one and arrive at the other at once, with their expiry dates.

        The programme says whether members may, and how many points in one transfer, a day and in all.
        """
        context = info.context
        command = TransferPoints(
            sender=str(context.identity.member_id),
            to=lookup_of(input.to),
            points=input.points,
            key=input.idempotency_key,
            currency=given(input.currency),
            note=given(input.note),
        )
        outcome = await transfer_points(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return TransferPointsPayload(errors=[user_error(outcome)])
        context.refresh()
        return TransferPointsPayload(entry=Entry.of(outcome), balance=await balance_after(context, outcome))
