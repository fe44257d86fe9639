"""Admins stop a simulation."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.ids import key_of
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.simulation.simulation import Simulation
from resolvers.user_errors import UserError
from services.simulation.stop_simulation import stop_simulation


@strawberry.input
class StopSimulationInput:
    """Which one; stopping it twice is stopping it once."""

    simulation_id: strawberry.ID


@strawberry.type
class StopSimulationPayload:
    """The simulation as it stands; one that was over stays as it was."""

    simulation: Simulation | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class StopSimulationMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.ADMIN)])
    async def stop_simulation(self, info: Info, input: StopSimulationInput) -> StopSimulationPayload | None:
        """Ends a simulation that waits or runs, without a report."""
        key = key_of("Simulation", input.simulation_id)
        outcome = await stop_simulation(info.context.services, key or "")
        if isinstance(outcome, Refused):
            return StopSimulationPayload(errors=[user_error(outcome)])
        return StopSimulationPayload(simulation=Simulation(row=outcome))
