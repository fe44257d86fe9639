"""Carries out the simulations that were asked for, one after the other, in processes of their own."""

import asyncio
import logging
import time
from contextlib import suppress
from functools import partial

from domain.program.program import Program
from domain.simulation.run import Simulation
from domain.simulation.sample import Sample
from mongo.leases import Lease
from runtime.simulating_processes import Stopped
from runtime.workers.pausing import pause
from services.context import Context
from services.simulation.simulate_program import ReplayBoth, Wish, simulate_program

logger = logging.getLogger(__name__)

NAME = "simulations"
EVERY = 2.0
"""Seconds between looks at the queue."""
TELL_EVERY = 1.0
"""Seconds between two notes of how far it is, which are also looks whether it is stopped."""
FAILED = "It failed; the log of the workers says why. Ask for it again."


async def simulate_queued(context: Context, replay: ReplayBoth, lease: Lease, stop: asyncio.Event) -> None:
    """Simulates what is in the queue until `stop`. What a worker before left half done begins again.

    All that it writes carries the lease's number: who has lost the lease writes nothing more.
    """
    while not stop.is_set():
        current = await context.programs.current(anew=True)
        taken = await context.simulations.take(lease.fence, against=current.version, now=context.clock())
        if taken is None:
            await pause(stop, EVERY)
            continue
        await _simulate(context, replay, lease, stop, taken)


async def _simulate(
    context: Context, replay: ReplayBoth, lease: Lease, stop: asyncio.Event, taken: tuple[Simulation, Program]
) -> None:
    simulation, program = taken
    wish = Wish(simulation.begin, simulation.until, Sample(simulation.percent, simulation.seed))
    telling = _Telling(context, simulation.id, lease.fence, stop)
    against = await context.programs.at(simulation.against)
    try:
        report = await simulate_program(context, program, wish, telling.hear, against=against, replay=replay)
    except Stopped:
        return  # by someone, which stands already, or with this worker: then it begins again
    except Exception:  # whatever it is, it is logged, and the next in the queue is to have its turn
        if stop.is_set():
            return  # its processes were ended with this one
        logger.exception("a simulation failed", extra={"simulation": simulation.id})
        await context.simulations.finish(simulation.id, lease.fence, FAILED, now=context.clock())
        return
    finally:
        await telling.close()
    await context.simulations.finish(simulation.id, lease.fence, report, now=context.clock())


class _Telling:
    """Notes now and then how far it is, and hears so whether anyone still wants it."""

    def __init__(self, context: Context, id: str, fence: int, stop: asyncio.Event) -> None:
        self._note = partial(context.simulations.progress, id, fence)
        self._stop = stop
        self._noting: asyncio.Task[bool] | None = None
        self._noted_at = 0.0

    def hear(self, fraction: float) -> None:
        """Raises Stopped when it is to end."""
        if self._stop.is_set():
            raise Stopped
        if self._noting and self._noting.done():
            noting, self._noting = self._noting, None
            if not noting.result():
                raise Stopped
        if self._noting is None and time.monotonic() - self._noted_at >= TELL_EVERY:
            self._noted_at = time.monotonic()
            self._noting = asyncio.ensure_future(self._note(fraction))

    async def close(self) -> None:
        """Waits for the note that is on its way."""
        if self._noting:
            with suppress(Exception):
                await self._noting
