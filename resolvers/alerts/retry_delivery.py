"""Staff have sent what was given up."""

import strawberry

from domain.refusals import Refused, not_found
from resolvers.alerts.delivery import AlertDelivery
from resolvers.context import Info
from resolvers.ids import key_of
from resolvers.permissions import STAFF, Having
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.alerts.retry_delivery import retry_delivery


@strawberry.input
class RetryDeliveryInput:
    """Which delivery."""

    delivery_id: strawberry.ID


@strawberry.type
class RetryDeliveryPayload:
    """The delivery, which waits again, or why not."""

    delivery: AlertDelivery | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class RetryDeliveryMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(STAFF)])
    async def retry_delivery(self, info: Info, input: RetryDeliveryInput) -> RetryDeliveryPayload | None:
        """Sends what was given up again, from the first attempt, if it is still wanted; asked twice, once."""
        id = key_of("AlertDelivery", input.delivery_id)
        refusal = not_found("There is no such delivery.", "deliveryId")
        outcome = await retry_delivery(info.context.services, id) if id else refusal
        if isinstance(outcome, Refused):
            return RetryDeliveryPayload(errors=[user_error(outcome)])
        return RetryDeliveryPayload(delivery=AlertDelivery(row=outcome))
