"""Root fields about simulations."""

import strawberry

from domain.actors import Role
from resolvers.context import Info
from resolvers.ids import key_of
from resolvers.permissions import Having
from resolvers.simulation.simulation import Simulation


@strawberry.type
class SimulationQuery:
    """Holds the field."""

    @strawberry.field(
        extensions=[Having(Role.ADMIN)], description="Admins: a simulation; null when there is none."
    )
    async def simulation(self, info: Info, id: strawberry.ID) -> Simulation | None:
        """By its id."""
        key = key_of("Simulation", id)
        found = await info.context.services.simulations.get(key) if key else None
        return Simulation(row=found) if found else None
