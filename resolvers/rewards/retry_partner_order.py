"""Staff have a partner told again."""

import strawberry

from domain.refusals import Refused, not_found
from resolvers.context import Info
from resolvers.ids import key_of
from resolvers.permissions import STAFF, Having
from resolvers.refusals import user_error
from resolvers.rewards.partner_order import PartnerOrder
from resolvers.user_errors import UserError
from services.rewards.retry_partner_order import retry_partner_order


@strawberry.input
class RetryPartnerOrderInput:
    """Which message."""

    order_id: strawberry.ID


@strawberry.type
class RetryPartnerOrderPayload:
    """The message, which waits again, or why not."""

    order: PartnerOrder | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class RetryPartnerOrderMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(STAFF)])
    async def retry_partner_order(
        self, info: Info, input: RetryPartnerOrderInput
    ) -> RetryPartnerOrderPayload | None:
        """Sends what was given up again, from the first attempt, under its own id; asked twice, once."""
        id = key_of("PartnerOrder", input.order_id)
        refusal = not_found("There is no such order.", "orderId")
        outcome = await retry_partner_order(info.context.services, id) if id else refusal
        if isinstance(outcome, Refused):
            return RetryPartnerOrderPayload(errors=[user_error(outcome)])
        return RetryPartnerOrderPayload(order=PartnerOrder(row=outcome))
