"""Keep what a simulation at the command line came to, so that its programme can be published."""

import secrets
from dataclasses import replace
from datetime import datetime

from domain.actors import SYSTEM, Actor
from domain.program.program import Program
from domain.program.versions import content_hash
from domain.simulation.report import Report
from domain.simulation.run import Simulation, SimulationState
from services.context import Context
from services.simulation.simulate_program import Wish


async def record_simulation(
    context: Context,
    program: Program,
    wish: Wish,
    report: Report,
    *,
    started_at: datetime,
    by: Actor = SYSTEM,
    draft: str | None = None,
) -> Simulation:
    """The finished simulation, stored."""
    simulation = Simulation(
        id=secrets.token_hex(10),
        draft=draft,
        hash=content_hash(program),
        against=report.against,
        requested_by=by,
        requested_at=started_at,
        begin=wish.begin,
        until=wish.until,
        percent=wish.sample.percent,
        seed=wish.sample.seed,
    )
    done = replace(
        simulation,
        state=SimulationState.DONE,
        started_at=started_at,
        finished_at=context.clock(),
        progress=1.0,
        report=report,
    )
    return await context.simulations.add(done)
