"""A simulation is asked for once a key, and can be stopped until it is over."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from domain.refusals import Code, Refused
from domain.simulation.run import Simulation, SimulationState
from mongo.client import Database
from services.context import Context
from services.simulation.request_simulation import RequestSimulation, request_simulation
from services.simulation.stop_simulation import stop_simulation
from tests.support.drafts import KIM, saved
from tests.support.house import NOON, the_programme
from tests.support.unchanged import unchanged

SPRING = replace(the_programme(), name="Spring")


async def asked(context: Context, key: str = "k") -> Simulation:
    draft = await saved(context, SPRING)
    found = await request_simulation(context, KIM, RequestSimulation(draft.id, key))
    assert isinstance(found, Simulation), found
    return found


class TestRequestSimulation:
    async def test_it_waits_with_what_the_draft_said(self, context: Context) -> None:
        found = await asked(context)
        assert (found.state, found.against, found.requested_by) == (SimulationState.QUEUED, 1, KIM)
        assert await context.simulations.get(found.id) == found
        taken = await context.simulations.take(1, against=1, now=NOON)
        assert taken is not None
        assert (taken[0].id, taken[0].state, taken[1].name) == (found.id, SimulationState.RUNNING, "Spring")

    async def test_the_same_key_and_input_again_is_the_same_one(
        self, context: Context, database: Database
    ) -> None:
        first = await asked(context)
        async with unchanged(database):
            again = await request_simulation(context, KIM, RequestSimulation(first.draft or "", "k"))
            other = await request_simulation(
                context, KIM, RequestSimulation(first.draft or "", "k", percent=Decimal(5))
            )
        assert again == first
        assert isinstance(other, Refused)
        assert other.code is Code.IDEMPOTENCY_CONFLICT

    @pytest.mark.parametrize(
        ("command", "code", "path"),
        [
            (RequestSimulation("none", "k"), Code.NOT_FOUND, "draftId"),
            (RequestSimulation("none", " "), Code.INVALID_INPUT, "idempotencyKey"),
            (RequestSimulation("none", "k", percent=Decimal(0)), Code.INVALID_INPUT, "samplePercent"),
            (RequestSimulation("none", "k", percent=Decimal("NaN")), Code.INVALID_INPUT, "samplePercent"),
            (RequestSimulation("none", "k", NOON + timedelta(days=1)), Code.INVALID_INPUT, "from"),
            (RequestSimulation("none", "k", datetime(2026, 1, 1)), Code.INVALID_INPUT, "from"),
            (RequestSimulation("none", "k", NOON, NOON), Code.INVALID_INPUT, "to"),
        ],
    )
    async def test_what_is_wrong_is_refused(
        self, context: Context, database: Database, command: RequestSimulation, code: Code, path: str
    ) -> None:
        async with unchanged(database):
            found = await request_simulation(context, KIM, command)
        assert isinstance(found, Refused)
        assert (found.code, found.path) == (code, (path,))


class TestQueue:
    async def test_one_that_was_left_running_begins_again_under_a_later_lease(self, context: Context) -> None:
        found = await asked(context)
        assert await context.simulations.take(1, against=1, now=NOON)
        assert await context.simulations.take(1, against=1, now=NOON) is None
        assert await context.simulations.take(2, against=1, now=NOON)
        assert not await context.simulations.progress(found.id, 1, 0.5)
        assert not await context.simulations.finish(found.id, 1, "late", now=NOON)
        assert await context.simulations.progress(found.id, 2, 0.5)
        assert await context.simulations.finish(found.id, 2, "why", now=NOON)
        assert not await context.simulations.finish(found.id, 2, "twice", now=NOON)

    async def test_a_stopped_one_is_not_taken_and_not_finished(self, context: Context) -> None:
        found = await asked(context)
        stopped = await stop_simulation(context, found.id)
        assert isinstance(stopped, Simulation)
        assert (stopped.state, stopped.finished_at) == (SimulationState.STOPPED, NOON)
        assert await stop_simulation(context, found.id) == stopped
        assert await context.simulations.take(1, against=1, now=NOON) is None

    async def test_stopping_what_is_not_there_is_refused(self, context: Context) -> None:
        found = await stop_simulation(context, "none")
        assert isinstance(found, Refused)
        assert found.code is Code.NOT_FOUND
