"""What everyone may have together is never overrun, whoever takes of it at once."""

import asyncio

from mongo.budgets import Budgets, UsedBudget
from mongo.client import Client, Database, open_database
from mongo.migrate import migrate
from mongo.transactions import Abort, Session, Transactions

ID = "campaign:double/ever/everyone|0"


async def take(database: Database, points: int, limit: int, id: str = ID) -> bool:
    async def work(session: Session) -> bool:
        return await Budgets(database).take(session, id, points, limit)

    return await Transactions(database.client).run(work)


async def give_back(database: Database, points: int) -> bool:
    async def work(session: Session) -> bool:
        return await Budgets(database).give_back(session, ID, points)

    return await Transactions(database.client).run(work)


async def used(database: Database) -> list[UsedBudget]:
    return [budget async for budget in Budgets(database).all()]


class TestRemaining:
    async def test_a_budget_that_nobody_used_has_all_of_its_limit_left(self, database: Database) -> None:
        assert await Budgets(database).remaining({ID: 10, "other|1": 5}) == {ID: 10, "other|1": 5}

    async def test_what_is_left_is_the_limit_less_what_was_used(self, database: Database) -> None:
        await Budgets(database).begin([ID])
        assert await take(database, 7, 10)
        assert await Budgets(database).remaining({ID: 10}) == {ID: 3}

    async def test_a_limit_that_was_lowered_below_what_was_used_leaves_nothing(self, database: Database) -> None:
        await Budgets(database).begin([ID])
        assert await take(database, 7, 10)
        assert await Budgets(database).remaining({ID: 5}) == {ID: 0}


class TestTake:
    async def test_exactly_the_limit_can_be_taken_and_no_more(self, database: Database) -> None:
        await Budgets(database).begin([ID])
        assert await take(database, 10, 10)
        assert not await take(database, 1, 10)
        assert await used(database) == [UsedBudget(ID, 10)]

    async def test_of_a_budget_that_is_not_begun_nothing_is_taken(self, database: Database) -> None:
        await migrate(database)
        assert not await take(database, 1, 10)
        assert await used(database) == []

    async def test_beginning_again_changes_nothing(self, database: Database) -> None:
        await Budgets(database).begin([ID, ID])
        assert await take(database, 4, 10)
        await Budgets(database).begin([ID])
        assert await used(database) == [UsedBudget(ID, 4)]

    async def test_a_transaction_that_is_undone_takes_nothing(self, database: Database) -> None:
        await Budgets(database).begin([ID])

        async def work(session: Session) -> None:
            assert await Budgets(database).take(session, ID, 4, 10)
            raise Abort(None)

        await Transactions(database.client).run(work)
        assert await used(database) == [UsedBudget(ID, 0)]

    async def test_of_many_at_once_by_two_processes_exactly_the_limit_is_taken(
        self, database: Database, mongo_client: Client
    ) -> None:
        await Budgets(database).begin([ID])
        processes = [database, open_database(mongo_client, database.name)]
        barrier = asyncio.Barrier(24)

        async def race(number: int) -> bool:
            await barrier.wait()
            return await take(processes[number % 2], 1, 10)

        assert sum(await asyncio.gather(*map(race, range(24)))) == 10
        assert await used(database) == [UsedBudget(ID, 10)]


class TestGiveBack:
    async def test_room_that_was_given_back_can_be_taken_again(self, database: Database) -> None:
        await Budgets(database).begin([ID])
        assert await take(database, 10, 10)
        assert await give_back(database, 4)
        assert await take(database, 4, 10)
        assert not await take(database, 1, 10)

    async def test_more_than_was_used_is_never_given_back(self, database: Database) -> None:
        await Budgets(database).begin([ID])
        assert await take(database, 3, 10)
        assert not await give_back(database, 4)
        assert await used(database) == [UsedBudget(ID, 3)]
