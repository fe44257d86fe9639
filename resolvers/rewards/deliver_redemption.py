"""Goods have reached the member."""

from datetime import datetime

import strawberry

from domain.actors import Role
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of, read_owned
from resolvers.permissions import STAFF, Having
from resolvers.refusals import user_error
from resolvers.rewards.fulfil_redemption import no_such_redemption, shown
from resolvers.rewards.redemption import Redemption
from resolvers.user_errors import UserError
from services.rewards.deliver_redemption import DeliverRedemption, deliver_redemption


@strawberry.input(description="deliveredAt: just now when absent.")
class DeliverRedemptionInput:
    """Which redemption, and when it arrived."""

    redemption_id: strawberry.ID
    idempotency_key: str
    delivered_at: datetime | None = ABSENT


@strawberry.type
class DeliverRedemptionPayload:
    """The redemption, or why not."""

    redemption: Redemption | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class DeliverRedemptionMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(STAFF, Role.SERVICE)])
    async def deliver_redemption(
        self, info: Info, input: DeliverRedemptionInput
    ) -> DeliverRedemptionPayload | None:
        """It has arrived, and the member is told. For staff and partners' services."""
        owned = read_owned(key_of("Redemption", input.redemption_id) or "")
        if owned is None:
            return DeliverRedemptionPayload(errors=[user_error(no_such_redemption())])
        context = info.context
        command = DeliverRedemption(*owned, input.idempotency_key, given(input.delivered_at))
        outcome = await deliver_redemption(context.services, context.identity.actor(), command)
        redemption, errors = shown(outcome)
        return DeliverRedemptionPayload(redemption=redemption, errors=errors)
