"""A service spends what it had set aside."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ledger.hold import HoldPayload, hold_of, hold_payload, refused_hold
from resolvers.permissions import Having
from resolvers.scalars import Points
from services.ledger.capture_points import CapturePoints, capture_points


@strawberry.input(description="points: less than all of them; the rest goes back at once.")
class CapturePointsInput:
    """Which hold, and how much of it."""

    hold_id: strawberry.ID
    idempotency_key: str
    points: Points | None = ABSENT


@strawberry.type
class CapturePointsMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SERVICE)])
    async def capture_points(self, info: Info, input: CapturePointsInput) -> HoldPayload | None:
        """Spends held points and closes the hold, also of a member who was frozen since."""
        context = info.context
        hold = hold_of(input.hold_id)
        if isinstance(hold, Refused):
            return refused_hold(hold)
        command = CapturePoints(*hold, input.idempotency_key, given(input.points))
        outcome = await capture_points(context.services, context.identity.actor(), command)
        return await hold_payload(context, outcome)
