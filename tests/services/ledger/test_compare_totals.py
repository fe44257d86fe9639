"""The programme's totals are held against the accounts, and a full `verify` says so."""

from datetime import datetime

import pytest

from mongo.client import Database
from mongo.verifications import Verifications
from services.context import Context
from services.ledger.compare_totals import compare_totals
from services.ledger.verify_run import finish_verification, plan_verification, verify_pending
from tests.support.house import NOON
from tests.support.ledger import earning
from tests.support.working import post

WRONG = "POINTS: earned of the programme is 11, of its accounts 10"


@pytest.fixture(autouse=True)
async def counted(context: Context) -> None:
    entry = await post(context, "ann", earning(10))
    await context.accounts.put_newest([entry], currency="POINTS")
    await context.totals.complete(1)


async def tamper(database: Database) -> None:
    await database["totals"].update_one({"currency": "POINTS"}, {"$inc": {"earned": 1}})


class TestCompareTotals:
    async def test_where_they_agree_it_has_nothing_to_say(self, context: Context) -> None:
        assert await compare_totals(context) == []

    async def test_where_they_do_not_it_names_both_figures(self, context: Context, database: Database) -> None:
        await tamper(database)
        assert await compare_totals(context) == [WRONG]

    async def test_before_all_is_counted_there_is_nothing_to_compare(
        self, context: Context, database: Database
    ) -> None:
        await tamper(database)
        await context.totals.begin()
        assert await compare_totals(context) == []


class TestVerify:
    async def test_a_run_over_everything_finds_it_and_one_since_a_time_does_not_look(
        self, context: Context, database: Database
    ) -> None:
        await tamper(database)
        runs = Verifications(database)

        async def laws(since: datetime | None) -> list[str]:
            plan = await plan_verification(context, runs, since=since, fresh=False)
            pending = iter(plan.pending)
            await verify_pending(context, runs, plan, lambda: next(pending, None), lambda read: None, signed=None)
            return [found.law for found in (await finish_verification(context, runs, plan)).violations]

        assert [await laws(None), await laws(NOON)] == [[WRONG], []]
