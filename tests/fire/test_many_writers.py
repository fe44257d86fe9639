"""Many at one member: retries of one key, writers in many processes, and what happens at the bound of a race."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.ledger.entry import Entry
from mongo.client import Client, Database, open_database
from mongo.faults import Contention
from mongo.ledger import Ledger
from mongo.transactions import Transactions
from services.context import Context
from services.ledger.poster import Posted, Poster
from services.ledger.singly import MAX_ATTEMPTS
from tests.resolvers.conftest import Desk
from tests.support.house import NOON
from tests.support.people import SERVICE, enrol
from tests.support.purchases import RECORD, a_purchase
from tests.support.writers import a_poster, an_earning, lawful

ANN = "ann"
RETRIES, AT_A_TIME = 1_000, 50
WRITERS, EACH = 64, 2


@pytest.fixture
def the_database(database: Database, mongo_client: Client) -> Database:
    """The database of `context`, with the concerns of production."""
    return open_database(mongo_client, database.name)


class TestRetriesOfOneKey:
    async def test_a_thousand_at_two_processes_have_one_effect_and_one_answer(
        self, the_database: Database
    ) -> None:
        posters = [a_poster(the_database), a_poster(the_database)]
        free = asyncio.Semaphore(AT_A_TIME)

        async def retry(number: int) -> Posted:
            async with free:
                outcome = await posters[number % 2].post(an_earning(1, member=ANN))
            assert isinstance(outcome, Posted)
            return outcome

        outcomes = await asyncio.gather(*(retry(number) for number in range(RETRIES)))
        (entry,) = await lawful(the_database, ANN)
        assert [outcome.entry for outcome in outcomes] == [entry] * RETRIES
        assert sum(not outcome.replayed for outcome in outcomes) == 1


class TestWritersOfOneMember:
    async def test_in_64_processes_they_lose_and_double_no_point_and_none_tries_without_end(
        self, the_database: Database
    ) -> None:
        answered: dict[str, Entry] = {}
        most = 0
        begin = asyncio.Barrier(WRITERS)

        async def write(writer: int) -> None:
            nonlocal most
            poster = a_poster(the_database)
            await begin.wait()
            numbers = iter(range(writer * EACH, (writer + 1) * EACH))
            number = next(numbers)
            while True:
                posting = an_earning(number, member=ANN)
                try:
                    outcome = await poster.post(posting)
                except Contention:  # at the bound: the same key again
                    continue
                finally:
                    most = max(most, posting.attempts)
                assert isinstance(outcome, Posted)
                answered[posting.key] = outcome.entry
                if (number := next(numbers, -1)) < 0:
                    return

        await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
        entries = await lawful(the_database, ANN)
        assert {entry.key: entry for entry in entries} == answered
        assert len(entries) == WRITERS * EACH
        assert entries[-1].after.account("POINTS").available == WRITERS * EACH
        assert most <= MAX_ATTEMPTS


class Overtaken(Ledger):
    """A ledger in which another process writes the member's next entry just before each of ours."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._other = a_poster(database)
        self.times = 0

    async def append(self, entries: Sequence[Entry]) -> list[bool]:
        self.times += 1
        await self._other.post(an_earning(self.times, member=entries[0].member))
        return await super().append(entries)


class TestTheBound:
    async def test_who_always_loses_is_asked_to_try_again_and_then_has_one_effect(
        self, context: Context, the_database: Database
    ) -> None:
        (ada,) = await enrol(context, "Ada")
        ledger = Overtaken(the_database)
        poster = Poster(ledger, Transactions(the_database.client), lambda: NOON)
        unlucky, given = Desk(replace(context, poster=poster)), {"events": [a_purchase(ada)]}

        assert await unlucky.refusals(SERVICE, RECORD, input=given) == [("RETRYABLE", "recordEvents")]
        assert ledger.times == MAX_ATTEMPTS
        others = await lawful(the_database, ada.id)
        assert [entry.points for entry in others] == [1] * MAX_ATTEMPTS

        (result,) = (await Desk(context).data(SERVICE, RECORD, input=given))["recordEvents"]["results"]
        assert result["entries"] == [{"sequence": MAX_ATTEMPTS + 1, "points": 100}]
        assert len(await lawful(the_database, ada.id)) == MAX_ATTEMPTS + 1
