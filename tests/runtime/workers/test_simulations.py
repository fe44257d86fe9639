"""Simulations that were asked for are carried out, in processes of their own, by whoever holds the lease."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from domain.simulation.run import Simulation, SimulationState
from mongo.leases import Lease
from runtime.settings import Settings
from runtime.simulating_processes import TwoProcesses
from runtime.wiring import House
from runtime.workers.simulations import NAME, simulate_queued
from services.context import Context
from services.simulation.request_simulation import RequestSimulation, request_simulation
from services.simulation.simulate_program import ReplayBoth
from services.simulation.stop_simulation import stop_simulation
from tests.support.drafts import KIM, saved
from tests.support.eventually import eventually
from tests.support.house import NOON, the_programme
from tests.support.people import buy, enrol

SPRING = replace(the_programme(), name="Spring")


async def asked(context: Context) -> Simulation:
    draft = await saved(context, SPRING)
    found = await request_simulation(context, KIM, RequestSimulation(draft.id, "k"))
    assert isinstance(found, Simulation), found
    return found


async def read(context: Context, id: str) -> Simulation:
    found = await context.simulations.get(id)
    assert found is not None
    return found


async def until(check: Callable[[], bool | Awaitable[bool]]) -> None:
    await eventually(check, timeout=120)


async def ended(house: House, id: str, replay: ReplayBoth, fence: int = 1) -> Simulation:
    """The simulation, once it is over; a worker with that lease works meanwhile."""
    stop = asyncio.Event()
    worker = asyncio.create_task(simulate_queued(house.context, replay, Lease(NAME, fence), stop))

    async def over() -> bool:
        if worker.done():
            worker.result()
        return (await read(house.context, id)).finished_at is not None

    try:
        await until(over)
        return await read(house.context, id)
    finally:
        stop.set()
        await worker


class TestSimulateQueued:
    async def test_two_processes_replay_it_and_the_report_is_kept(
        self, house: House, mongo_uri: str, redis_url: str
    ) -> None:
        (ada,) = await enrol(house.context, "Ada")
        await buy(house.context, ada, "12.50", id="o1", at=NOON.replace(day=1))
        simulation = await asked(house.context)
        settings = Settings(mongodb_uri=mongo_uri, redis_url=redis_url, mongodb_database=house.database.name)
        found = await ended(house, simulation.id, TwoProcesses(settings).replay)
        assert (found.state, found.failure, found.progress) == (SimulationState.DONE, None, 1.0)
        assert found.report is not None
        assert found.report.events == 1
        assert all(change.before == change.after for change in found.report.currencies)
        assert await house.context.simulations.done_since(simulation.hash, 1, NOON)

    async def test_one_that_fails_says_so_and_the_next_has_its_turn(self, house: House) -> None:
        simulation = await asked(house.context)

        async def fail(*_: object) -> None:
            raise RuntimeError("of its own")

        found = await ended(house, simulation.id, fail)  # type: ignore[arg-type]
        assert found.state is SimulationState.FAILED
        assert found.report is None

    async def test_one_that_is_stopped_ends(self, house: House) -> None:
        simulation = await asked(house.context)

        async def go_on(programs: object, history: object, hear: object) -> None:
            assert callable(hear)
            while True:
                hear(0.5)
                await asyncio.sleep(0)

        async def is_half_done() -> bool:
            return (await read(house.context, simulation.id)).progress == 0.5

        async def stop() -> None:
            await until(is_half_done)
            await stop_simulation(house.context, simulation.id)

        stopping = asyncio.create_task(stop())
        found = await ended(house, simulation.id, go_on)  # type: ignore[arg-type]
        await stopping
        assert found.state is SimulationState.STOPPED
        assert await house.context.simulations.done_since(simulation.hash, 1, NOON) == []
