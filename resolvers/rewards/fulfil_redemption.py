"""Goods are on their way to the member."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused, not_found
from domain.rewards.delivering import Shipment
from domain.rewards.redemption import Redemption as Row
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of, read_owned
from resolvers.permissions import STAFF, Having
from resolvers.refusals import user_error
from resolvers.rewards.redemption import Redemption
from resolvers.user_errors import UserError
from services.rewards.fulfil_redemption import FulfilRedemption, fulfil_redemption


@strawberry.input(description="trackingUrl: a page that says where it is.")
class FulfilRedemptionInput:
    """Which redemption, and how to follow it."""

    redemption_id: strawberry.ID
    idempotency_key: str
    carrier: str | None = ABSENT
    tracking_number: str | None = ABSENT
    tracking_url: str | None = ABSENT


@strawberry.type
class FulfilRedemptionPayload:
    """The redemption, or why not."""

    redemption: Redemption | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class FulfilRedemptionMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(STAFF, Role.SERVICE)])
    async def fulfil_redemption(self, info: Info, input: FulfilRedemptionInput) -> FulfilRedemptionPayload | None:
        """Handed over to whoever delivers it: FULFILLED, and the member is told. For staff and partners' services.

        Again with another key, it corrects how to follow it.
        """
        owned = read_owned(key_of("Redemption", input.redemption_id) or "")
        if owned is None:
            return FulfilRedemptionPayload(errors=[user_error(no_such_redemption())])
        shipment = Shipment(
            carrier=given(input.carrier),
            tracking_number=given(input.tracking_number),
            tracking_url=given(input.tracking_url),
        )
        context = info.context
        command = FulfilRedemption(*owned, input.idempotency_key, shipment)
        outcome = await fulfil_redemption(context.services, context.identity.actor(), command)
        redemption, errors = shown(outcome)
        return FulfilRedemptionPayload(redemption=redemption, errors=errors)


def no_such_redemption() -> Refused:
    """The refusal of an id that is no redemption's."""
    return not_found("There is no such redemption.", "redemptionId")


def shown(outcome: Row | Refused) -> tuple[Redemption | None, list[UserError]]:
    """What a service answered, as the two fields of a payload."""
    if isinstance(outcome, Refused):
        return None, [user_error(outcome)]
    return Redemption(row=outcome), []
