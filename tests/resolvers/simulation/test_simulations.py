"""Admins ask for a simulation, look at it, and stop it."""

from dataclasses import replace
from typing import Any

from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from services.simulation.simulate_program import Wish, simulate_program
from tests.resolvers.conftest import Desk
from tests.support.drafts import saved
from tests.support.house import NOON, the_programme
from tests.support.people import ADMIN, buy, enrol
from tests.support.unchanged import unchanged

DEMO = the_programme()
FIELDS = """id state progress draftId from to samplePercent requestedBy { id } requestedAt startedAt finishedAt
    failure report { against events members refused gaining losing
        currencies { currency before { given takenBack expired standing liability { currency } }
            after { given } outstanding outstandingThen }
        rules { name currency before after } tiers { name before after } segments { name }
        gainers { memberId member { id } before after } losers { memberId }
        tierMoves { before after members } silentRules { rule reasons { reason times example } }
        caps { cap timesBefore timesAfter pointsBefore pointsAfter }
        budgets { budget points usedBefore usedAfter } failures { rule times reason } }"""
SIMULATE = f"""mutation($input: SimulateProgramInput!) {{
    simulateProgram(input: $input) {{ simulation {{ {FIELDS} }} errors {{ code path }} }} }}"""
STOP = """mutation($id: ID!) { stopSimulation(input: {simulationId: $id}) {
    simulation { state finishedAt } errors { code path } } }"""
READ = f"query($id: ID!) {{ simulation(id: $id) {{ {FIELDS} }} }}"


async def asked(ask: Desk, context: Context, **more: Any) -> Any:
    double = replace(DEMO, earning=tuple(replace(rule, points=rule.points * 2) for rule in DEMO.earning))
    draft = await saved(context, double)
    input = {"draftId": global_id("ProgramDraft", draft.id), "idempotencyKey": "k", **more}
    return (await ask.data(ADMIN, SIMULATE, input=input))["simulateProgram"]


class TestSimulateProgram:
    async def test_it_waits_for_a_worker(self, ask: Desk, context: Context) -> None:
        answer = await asked(ask, context, samplePercent="12.5")
        found = answer["simulation"]
        assert answer["errors"] == []
        assert (found["state"], found["progress"], found["report"]) == ("QUEUED", 0.0, None)
        assert (found["samplePercent"], found["requestedAt"]) == ("12.5", "2026-06-15T12:00:00.000Z")
        assert (await ask.data(ADMIN, READ, id=found["id"]))["simulation"] == found

    async def test_a_range_that_is_none_is_refused(self, ask: Desk, context: Context) -> None:
        answer = await asked(ask, context, **{"from": "2026-07-01T00:00:00Z"})
        assert answer == {"simulation": None, "errors": [{"code": "INVALID_INPUT", "path": ["from"]}]}


class TestReport:
    async def test_every_field(self, ask: Desk, context: Context) -> None:
        (ada,) = await enrol(context, "Ada")
        await buy(context, ada, "100.00", id="o1", at=NOON.replace(day=1))
        id = (await asked(ask, context))["simulation"]["id"]
        taken = await context.simulations.take(1, against=1, now=NOON)
        assert taken is not None
        report = await simulate_program(context, taken[1], Wish())
        assert await context.simulations.finish(taken[0].id, 1, report, now=NOON)
        found = (await ask.data(ADMIN, READ, id=id))["simulation"]
        assert (found["state"], found["finishedAt"]) == ("DONE", "2026-06-15T12:00:00.000Z")
        told = found["report"]
        assert (told["against"], told["events"], told["members"], told["gaining"]) == (1, 1, 1, 1)
        before, after = (told["currencies"][0][name]["given"] for name in ("before", "after"))
        assert sum(rule["before"] for rule in told["rules"] if rule["currency"] == "POINTS") == before
        assert after > before > 0
        assert told["gainers"] == [
            {
                "memberId": global_id("Member", ada.id),
                "member": {"id": global_id("Member", ada.id)},
                "before": before,
                "after": after,
            }
        ]
        assert sum(move["members"] for move in told["tierMoves"]) == 1


class TestStopSimulation:
    async def test_it_ends_without_a_report(self, ask: Desk, context: Context, database: Database) -> None:
        id = (await asked(ask, context))["simulation"]["id"]
        first = await ask.data(ADMIN, STOP, id=id)
        assert first["stopSimulation"]["simulation"]["state"] == "STOPPED"
        async with unchanged(database):
            assert await ask.data(ADMIN, STOP, id=id) == first

    async def test_one_that_is_not_there_is_refused(self, ask: Desk) -> None:
        answer = await ask.data(ADMIN, STOP, id=global_id("Simulation", "none"))
        assert answer["stopSimulation"]["errors"] == [{"code": "NOT_FOUND", "path": ["simulationId"]}]
