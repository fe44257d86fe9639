"""Admins ask what a draft would have done."""

from datetime import datetime
from decimal import Decimal

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.simulation.simulation import Simulation
from resolvers.user_errors import UserError
from services.simulation.request_simulation import RequestSimulation, request_simulation


@strawberry.input(
    description="Events of from <= occurredAt < to; null: all. samplePercent: of the members, with all they did. "
    "To publish takes one of every member, over the last 28 days or more."
)
class SimulateProgramInput:
    """Which draft, and over which past."""

    draft_id: strawberry.ID
    idempotency_key: str
    begin: datetime | None = strawberry.field(name="from", default=ABSENT)
    until: datetime | None = strawberry.field(name="to", default=ABSENT)
    sample_percent: Decimal | None = ABSENT


@strawberry.type
class SimulateProgramPayload:
    """The simulation, which waits for its turn."""

    simulation: Simulation | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class SimulateProgramMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.ADMIN)])
    async def simulate_program(self, info: Info, input: SimulateProgramInput) -> SimulateProgramPayload | None:
        """Replays the past through the draft and the version in force, without writing; a worker does it."""
        context = info.context
        draft = key_of("ProgramDraft", input.draft_id) or ""
        command = RequestSimulation(
            draft, input.idempotency_key, given(input.begin), given(input.until), given(input.sample_percent)
        )
        outcome = await request_simulation(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return SimulateProgramPayload(errors=[user_error(outcome)])
        return SimulateProgramPayload(simulation=Simulation(row=outcome))
