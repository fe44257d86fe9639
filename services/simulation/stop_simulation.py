"""Stop a simulation that waits or runs."""

from domain.refusals import Refused, not_found
from domain.simulation.run import Simulation
from services.context import Context


async def stop_simulation(context: Context, id: str) -> Simulation | Refused:
    """The simulation, which goes on no more; one that is over stays as it is. Refuses NOT_FOUND."""
    found = await context.simulations.stop(id, now=context.clock())
    return found or no_such_simulation()


def no_such_simulation() -> Refused:
    """There is none of that id."""
    return not_found("There is no such simulation.", "simulationId")
