"""The poster when things go wrong: callers who leave, defects around it, and other processes that were faster."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from domain.ledger.entry import Entry
from domain.refusals import Code, Refused
from mongo.client import Client, Database, open_database
from mongo.ledger import Ledger
from mongo.transactions import Session, Transactions
from services.context import Context
from services.ledger.poster import Posted, Poster, Posting
from tests.support.house import NOON, Clock
from tests.support.ledger import earning, redeeming


def a_posting(points: int, key: str, member: str = "m1") -> Posting:
    decide = earning(points, key=key) if points > 0 else redeeming(-points, key=key)
    return Posting(member, key, "0" * 32, decide)


async def nothing(session: Session, entry: Entry) -> None:
    return None


class Overtaken(Ledger):
    """A ledger of which another process writes `meanwhile`, just after the first look at the keys."""

    def __init__(self, database: Database, other: Poster, meanwhile: Posting) -> None:
        super().__init__(database)
        self._other, self._meanwhile = other, [meanwhile]

    async def by_keys(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        found = await super().by_keys(keys)
        while self._meanwhile:
            await self._other.post(self._meanwhile.pop())
        return found


@pytest.fixture
def the_database(database: Database, mongo_client: Client) -> Database:
    """The database of `context`, for another process's ledger."""
    return open_database(mongo_client, database.name)


def another(database: Database, ledger: Ledger | None = None, **more: Any) -> Poster:
    return Poster(ledger or Ledger(database), Transactions(database.client), lambda: NOON, **more)


class TestTheSameKeyInTwoProcesses:
    @pytest.mark.parametrize("way", ["post", "post_with"])
    async def test_a_retry_that_another_process_overtakes_is_answered_and_not_refused_by_its_own_effect(
        self, context: Context, the_database: Database, way: str
    ) -> None:
        await context.poster.post(a_posting(100, "client:1"))
        overtaken = Overtaken(the_database, context.poster, a_posting(-100, "client:2"))
        poster = another(the_database, overtaken)
        retry = a_posting(-100, "client:2")
        outcome = await (poster.post(retry) if way == "post" else poster.post_with(retry, nothing))
        assert isinstance(outcome, Posted)
        assert (outcome.replayed, outcome.entry.points) == (True, -100)
        assert (await context.ledger.head("m1")).seq == 2


class TestCallersWhoLeave:
    async def test_a_transaction_that_has_begun_is_carried_through_and_told(
        self, context: Context, the_database: Database
    ) -> None:
        begun, go_on, heard = asyncio.Event(), asyncio.Event(), list[str]()

        async def beside(session: Session, entry: Entry) -> None:
            begun.set()
            await go_on.wait()

        async def told(entries: Any) -> None:
            heard.extend(entry.key for entry in entries)

        poster = another(the_database, told=told)
        caller = asyncio.ensure_future(poster.post_with(a_posting(5, "client:1"), beside, shared=["stock"]))
        await begun.wait()
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        go_on.set()
        await poster.close()
        assert heard == ["client:1"]
        again = await poster.post_with(a_posting(5, "client:1"), nothing, shared=["stock"])
        assert isinstance(again, Posted)
        assert again.replayed

    async def test_wherever_callers_are_cut_off_each_command_has_one_effect_or_none(
        self, context: Context
    ) -> None:
        async def command(number: int) -> None:
            posting = a_posting(1, f"client:{number}")
            if number % 3:
                await context.poster.post(posting)
            else:
                await context.poster.post_with(posting, nothing, shared=["stock"])

        async def cut_off(number: int) -> None:
            task = asyncio.ensure_future(command(number))
            for _ in range(number):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        await asyncio.gather(*(cut_off(number) for number in range(60)))
        await asyncio.gather(*(asyncio.wait_for(command(number), 60) for number in range(60)))
        entries = await context.ledger.since("m1", 0)
        assert sorted(entry.key for entry in entries) == sorted(f"client:{number}" for number in range(60))
        assert [entry.after.account("POINTS").available for entry in entries] == list(range(1, 61))
        assert context.poster._turns._queues == {}


class TestDefectsAround:
    @pytest.mark.parametrize("way", ["post", "post_with"])
    async def test_an_entry_that_nobody_could_be_told_of_stands_and_is_answered(
        self, context: Context, the_database: Database, way: str
    ) -> None:
        async def told(entries: Any) -> None:
            raise ZeroDivisionError

        poster = another(the_database, told=told)
        posting = a_posting(5, "client:1")
        outcome = await (poster.post(posting) if way == "post" else poster.post_with(posting, nothing))
        assert isinstance(outcome, Posted)
        assert outcome.entry == (await context.ledger.since("m1", 0))[0]

    async def test_a_defect_beside_undoes_the_entry_and_leaves_the_queue_working(self, context: Context) -> None:
        async def defect(session: Session, entry: Entry) -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await context.poster.post_with(a_posting(5, "client:1"), defect, shared=["stock"])
        assert (await context.ledger.head("m1")).seq == 0
        outcome = await context.poster.post_with(a_posting(5, "client:1"), nothing, shared=["stock"])
        assert isinstance(outcome, Posted)
        assert not outcome.replayed

    async def test_a_refusal_beside_that_wrote_before_it_refused_undoes_that_too(
        self, context: Context, the_database: Database
    ) -> None:
        rows = the_database["notes"]

        async def beside(session: Session, entry: Entry) -> Refused:
            await rows.insert_one({"_id": entry.key}, session=session)
            return Refused(Code.OUT_OF_STOCK, "none left")

        outcome = await context.poster.post_with(a_posting(5, "client:1"), beside)
        assert isinstance(outcome, Refused)
        assert await rows.count_documents({}) == 0


class TestSharedNames:
    async def test_a_shared_name_that_is_the_members_own_is_one_turn(self, context: Context) -> None:
        outcome = await asyncio.wait_for(
            context.poster.post_with(a_posting(5, "client:1"), nothing, shared=["m1", "m1"]), 60
        )
        assert isinstance(outcome, Posted)

    async def test_crosswise_shared_rows_do_not_wait_in_a_circle(self, context: Context) -> None:
        """Each names the other's member as what it shares."""
        pairs = [("a", "b"), ("b", "a")] * 10
        commands = [
            context.poster.post_with(a_posting(1, f"client:{number}", member), nothing, shared=[other])
            for number, (member, other) in enumerate(pairs)
        ]
        await asyncio.wait_for(asyncio.gather(*commands), 60)
        heads = await context.ledger.heads(["a", "b"])
        assert [head.seq for head in heads.values()] == [10, 10]


class TestManyLotsDue:
    async def test_callers_at_once_write_each_expiry_once_and_then_their_own_entries(
        self, context: Context, clock: Clock
    ) -> None:
        for number in range(6):
            key, expires_at = f"client:lot:{number}", NOON + timedelta(days=1 + number)
            await context.poster.post(Posting("m1", key, "", earning(10, key=key, expires_at=expires_at)))
        clock.advance(days=6)  # the sixth lot expires at this very instant
        commands = [a_posting(1, f"client:{number}") for number in range(8)]
        await asyncio.gather(
            *(context.poster.post(command) for command in commands[:4]),
            *(context.poster.post_with(command, nothing) for command in commands[4:]),
        )
        entries = await context.ledger.since("m1", 6)
        assert [entry.points for entry in entries] == [-10] * 6 + [1] * 8
        assert [entry.effective_at for entry in entries[:6]] == [NOON + timedelta(days=1 + n) for n in range(6)]
        assert entries[-1].after.account("POINTS").available == 8

    async def test_history_that_comes_after_live_entries_counts_no_earlier_than_they_do(
        self, context: Context
    ) -> None:
        await context.poster.post(a_posting(5, "client:live"))
        old = NOON - timedelta(days=700)
        late = Posting("m1", "client:old", "", earning(3, key="client:old", expires_at=old), at=old)
        await context.poster.post(late)
        await context.poster.post(a_posting(2, "client:next"))
        entries = await context.ledger.since("m1", 0)
        # What came after its own expiry is gone at once, by an entry that counts when it came.
        assert [(entry.points, entry.effective_at) for entry in entries] == [
            (5, NOON),
            (3, NOON),
            (-3, NOON),
            (2, NOON),
        ]
