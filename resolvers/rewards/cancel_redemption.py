"""A redemption is cancelled, by its member or by staff."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused, not_found
from domain.rewards.redemption import Cancelled
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of, read_owned
from resolvers.ledger.balance import Balance
from resolvers.ledger.read_balance import balance_after
from resolvers.permissions import STAFF, Having
from resolvers.refusals import user_error
from resolvers.rewards.redemption import Redemption
from resolvers.rewards.returned_points import ReturnedPoints
from resolvers.scalars import Points
from resolvers.user_errors import UserError
from services.rewards.cancel_redemption import CancelRedemption, cancel_redemption


@strawberry.input(
    description="reason: for colleagues; staff must say why. restock: for staff, that pieces that were given out "
    "are there again; all others are anyway."
)
class CancelRedemptionInput:
    """Which redemption, and why."""

    redemption_id: strawberry.ID
    idempotency_key: str
    reason: str | None = ABSENT
    restock: bool | None = ABSENT


@strawberry.type
class CancelRedemptionPayload:
    """The redemption, today's balance and what came back, or why not."""

    redemption: Redemption | None = None
    balance: Balance | None = None
    returned: ReturnedPoints | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class CancelRedemptionMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.MEMBER, STAFF)])
    async def cancel_redemption(self, info: Info, input: CancelRedemptionInput) -> CancelRedemptionPayload | None:
        """Points go back to the lots they came from, with stock and limits; vouchers are void. Once a key.

        Members cancel their own in review, or issued within the programme's days; staff also what was handed out
        or has expired. Nobody cancels what was used.
        """
        context = info.context
        owned = read_owned(key_of("Redemption", input.redemption_id) or "")
        if owned is None:
            return CancelRedemptionPayload(
                errors=[user_error(not_found("There is no such redemption.", "redemptionId"))]
            )
        command = CancelRedemption(
            member=owned[0],
            redemption=owned[1],
            key=input.idempotency_key,
            reason=given(input.reason),
            restock=given(input.restock),
        )
        outcome = await cancel_redemption(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return CancelRedemptionPayload(errors=[user_error(outcome)])
        context.refresh()
        row = outcome.redemption
        return CancelRedemptionPayload(
            redemption=Redemption(row=row),
            balance=await balance_after(context, outcome.entry),
            returned=_returned(row.cancelled) if row.cancelled else None,
        )


def _returned(cancelled: Cancelled) -> ReturnedPoints:
    return ReturnedPoints(
        points=Points(cancelled.points),
        extended=Points(cancelled.extended),
        lost=Points(cancelled.lost),
        extended_until=cancelled.extended_until,
    )
