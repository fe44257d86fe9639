"""The sweep of a day tells the rules of its birthdays, and makes up for days on which nobody swept."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from domain.actors import SYSTEM
from domain.members.enrol import Enrol
from mongo.faults import StoreUnavailable
from runtime.workers.accounts import AccountsFollower
from runtime.workers.place import Place
from runtime.workers.sweeper import NAME, sweep
from services.context import Context
from services.members.enrol_members import enrol_members
from services.program.publish_program import publish_program
from tests.support.engaged import engaging
from tests.support.eventually import eventually
from tests.support.house import Clock
from tests.support.members import a_member
from tests.support.people import SHOP
from tests.support.working import Desk

NOON = datetime(2026, 12, 10, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def program(context: Context, clock: Clock) -> None:
    clock.now = NOON
    await publish_program(context, SYSTEM, engaging())


async def swept_until(context: Context, desk: Desk, day: str, clock: Clock) -> None:
    """Sweeps until that day is saved."""
    lease = await desk.lease(AccountsFollower.name)
    await desk.checkpoints.claim(lease)
    await desk.checkpoints.save(lease, Place({"_data": "82"}, clock()).plain(), now=clock())
    await desk.leases.release(lease)
    await context.totals.complete((await context.totals.round()).number)
    lease, stop = await desk.lease(NAME), asyncio.Event()
    task = asyncio.create_task(sweep(context, desk.checkpoints, desk.imports, lease, stop))

    async def saved() -> bool:
        found = await desk.checkpoints.get_many([NAME])
        return NAME in found and found[NAME].value.get("day") == day

    try:
        await eventually(saved)
    finally:
        stop.set()
        await task
        await desk.leases.release(lease)


class TestSweep:
    async def test_a_sweep_after_some_days_makes_up_for_the_birthdays_between(
        self, context: Context, desk: Desk, clock: Clock
    ) -> None:
        born = [a_member(day, birthday=date(1990, 12, day)) for day in range(9, 16)]
        await context.members.insert_many(born)
        await swept_until(context, desk, "2026-12-10", clock)
        clock.advance(days=4)
        await swept_until(context, desk, "2026-12-14", clock)

        heads = await context.ledger.heads([member.id for member in born])
        assert [heads[member.id].seq for member in born] == [0, 1, 1, 1, 1, 1, 0]

    async def test_who_joined_while_the_store_went_away_is_told_of_by_the_next_sweep(
        self, context: Context, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def unavailable(*_: object) -> None:
            raise StoreUnavailable("cut off")

        with monkeypatch.context() as cut:
            cut.setattr(type(context.events), "claim", unavailable)
            await enrol_members(context, SHOP, [Enrol("ada")])
        clock.advance(minutes=2)
        await swept_until(context, desk, "2026-12-10", clock)
        (ada,) = await context.members.ids(after=None, limit=2)
        await eventually(lambda: context.ledger.has(ada, 1))
