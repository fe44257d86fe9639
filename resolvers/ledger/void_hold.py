"""A service gives back what it had set aside."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.ledger.hold import HoldPayload, hold_of, hold_payload, refused_hold
from resolvers.permissions import Having
from services.ledger.void_hold import VoidHold, void_hold


@strawberry.input
class VoidHoldInput:
    """Which hold."""

    hold_id: strawberry.ID
    idempotency_key: str


@strawberry.type
class VoidHoldMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SERVICE)])
    async def void_hold(self, info: Info, input: VoidHoldInput) -> HoldPayload | None:
        """Gives all of its points back to where they came from, whatever the member's status."""
        context = info.context
        hold = hold_of(input.hold_id)
        if isinstance(hold, Refused):
            return refused_hold(hold)
        command = VoidHold(*hold, input.idempotency_key)
        return await hold_payload(context, await void_hold(context.services, context.identity.actor(), command))
