"""Root fields about payments with points."""

import strawberry

from resolvers.context import Info
from resolvers.ids import key_of
from resolvers.nodes.find import find_node
from resolvers.permissions import SignedIn
from resolvers.rewards.payment import Payment


@strawberry.type
class PaymentQuery:
    """Payments."""

    @strawberry.field(extensions=[SignedIn()])
    async def payment(self, info: Info, id: strawberry.ID) -> Payment | None:
        """For its member, staff and services; null for an id that is no payment's."""
        key = key_of("Payment", id)
        node = await find_node(info.context, "Payment", key) if key else None
        return node if isinstance(node, Payment) else None
