"""The poster on a real MongoDB: one effect a key, no lost or doubled point, bounded retries."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.refusals import Code, InsufficientPoints, Refused
from domain.time import whole_ms
from mongo.client import Database, connect, open_database
from mongo.ledger import SEQUENCE, Ledger
from mongo.transactions import Transactions
from services.ledger.poster import Posted, Poster, Posting
from tests.support.ledger import NOW, earning, redeeming


def clock() -> datetime:
    return whole_ms(datetime.now(UTC))


@pytest.fixture
async def ledger_database(mongo_uri: str, database: Database) -> AsyncIterator[Database]:
    """The test's database through a client with the concerns of production."""
    client = connect(mongo_uri)
    yield open_database(client, database.name)
    client.close()


@pytest.fixture
def ledger(ledger_database: Database) -> Ledger:
    return Ledger(ledger_database)


def a_poster(database: Database, **options: Any) -> Poster:
    return Poster(Ledger(database), Transactions(database.client), clock, **options)


@pytest.fixture
def poster(ledger_database: Database) -> Poster:
    return a_poster(ledger_database)


def posting(decide: Decide, *, member: str = "m1", key: str = "client:1", input: str = "0" * 32) -> Posting:
    return Posting(member, key, input, decide)


async def earned(poster: Poster, points: int, *, member: str = "m1", key: str, **options: Any) -> Posted:
    outcome = await poster.post(posting(earning(points, key=key, **options), member=member, key=key))
    assert isinstance(outcome, Posted)
    return outcome


class TestPost:
    async def test_the_first_entry_of_a_member_is_number_one(self, poster: Poster, ledger: Ledger) -> None:
        outcome = await earned(poster, 100, key="client:1")
        assert (outcome.entry.seq, outcome.entry.previous, outcome.replayed) == (1, None, False)
        assert await ledger.by_keys([("m1", "client:1")]) == {("m1", "client:1"): outcome.entry}

    async def test_a_thousand_retries_of_one_key_have_one_effect(self, poster: Poster, ledger: Ledger) -> None:
        outcomes = await asyncio.gather(*(earned(poster, 100, key="client:1") for _ in range(1_000)))
        assert sum(not outcome.replayed for outcome in outcomes) == 1
        assert {outcome.entry.hash for outcome in outcomes} == {outcomes[0].entry.hash}
        assert (await ledger.head("m1")).after.account("POINTS").available == 100

    async def test_one_key_with_other_input_is_a_conflict_and_changes_nothing(
        self, poster: Poster, ledger: Ledger
    ) -> None:
        await earned(poster, 100, key="client:1")
        outcome = await poster.post(posting(earning(5), input="1" * 32))
        assert isinstance(outcome, Refused)
        assert outcome.code is Code.IDEMPOTENCY_CONFLICT
        assert (await ledger.head("m1")).seq == 1

    async def test_another_members_key_is_another_key(self, poster: Poster, ledger: Ledger) -> None:
        await asyncio.gather(*(earned(poster, 7, member=f"m{n}", key="client:1") for n in range(20)))
        heads = await ledger.heads([f"m{n}" for n in range(20)])
        assert {head.after.account("POINTS").available for head in heads.values()} == {7}

    async def test_a_refusal_is_not_stored_so_the_key_may_succeed_later(self, poster: Poster) -> None:
        refused = await poster.post(posting(redeeming(30, key="client:r"), key="client:r"))
        assert isinstance(refused, InsufficientPoints)
        assert (refused.required, refused.available) == (30, 0)
        await earned(poster, 100, key="client:1")
        outcome = await poster.post(posting(redeeming(30, key="client:r"), key="client:r"))
        assert isinstance(outcome, Posted)
        assert outcome.entry.points == -30

    async def test_nothing_to_write_writes_nothing(self, poster: Poster, ledger: Ledger) -> None:
        assert await poster.post(posting(lambda head, at: None)) is None
        assert (await ledger.head("m1")).seq == 0

    async def test_what_is_due_expires_first_as_an_entry_of_its_own(self, poster: Poster, ledger: Ledger) -> None:
        await earned(poster, 40, key="client:1", expires_at=NOW - timedelta(days=90))
        await earned(poster, 10, key="client:2")
        entries = await ledger.page("m1", first=10)
        assert [(entry.seq, entry.kind, entry.points) for entry in entries] == [
            (3, EntryKind.EARN, 10),
            (2, EntryKind.EXPIRE, -40),
            (1, EntryKind.EARN, 40),
        ]

    async def test_64_writers_in_two_processes_lose_and_double_no_point(
        self, ledger_database: Database, ledger: Ledger
    ) -> None:
        posters = [a_poster(ledger_database), a_poster(ledger_database)]
        barrier = asyncio.Barrier(64)

        async def write(number: int) -> None:
            await barrier.wait()
            for turn in range(3):
                await earned(posters[number % 2], 1, key=f"client:{number}:{turn}")

        await asyncio.gather(*(write(number) for number in range(64)))
        entries = await ledger.since("m1", 0)
        assert [entry.seq for entry in entries] == list(range(1, 193))
        assert [entry.after.account("POINTS").available for entry in entries] == list(range(1, 193))
        assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]

    async def test_one_commands_defect_is_not_the_others(self, poster: Poster) -> None:
        def defect(head: object, at: object) -> None:
            raise ZeroDivisionError

        good = [earned(poster, 1, member=f"m{n}", key="client:1") for n in range(5)]
        bad = poster.post(posting(defect, member="bad"))
        *fine, raised = await asyncio.gather(*good, bad, return_exceptions=True)
        assert [outcome.entry.points for outcome in fine if isinstance(outcome, Posted)] == [1] * 5
        assert isinstance(raised, ZeroDivisionError)
        assert (await earned(poster, 2, member="bad", key="client:2")).entry.seq == 1

    async def test_a_caller_that_gives_up_leaves_the_members_queue_working(self, poster: Poster) -> None:
        task = asyncio.ensure_future(earned(poster, 1, key="client:1"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await earned(poster, 1, key="client:2")
        assert (await earned(poster, 1, key="client:3")).entry.seq in {2, 3}

    async def test_told_hears_every_new_entry_once_before_its_caller(self, ledger_database: Database) -> None:
        heard: list[int] = []

        async def told(entries: Any) -> None:
            heard.extend(entry.seq for entry in entries)

        poster = a_poster(ledger_database, told=told)
        for number in (1, 2, 2):
            outcome = await earned(poster, 1, key=f"client:{number}")
            assert outcome.entry.seq in heard
        assert heard == [1, 2]


class TestPostWith:
    async def test_a_refusal_beside_undoes_the_entry(self, poster: Poster, ledger: Ledger) -> None:
        async def refuse(session: object, entry: object) -> Refused:
            return Refused(Code.OUT_OF_STOCK, "none left")

        outcome = await poster.post_with(posting(earning(5)), refuse)
        assert outcome == Refused(Code.OUT_OF_STOCK, "none left")
        assert (await ledger.head("m1")).seq == 0

    async def test_entry_and_what_is_beside_it_stand_together_and_once(
        self, poster: Poster, ledger: Ledger, ledger_database: Database
    ) -> None:
        rows = ledger_database["notes"]

        async def beside(session: Any, entry: Any) -> None:
            await rows.insert_one({"_id": entry.key}, session=session)

        outcomes = await asyncio.gather(*(poster.post_with(posting(earning(5)), beside) for _ in range(20)))
        fresh = [outcome for outcome in outcomes if isinstance(outcome, Posted) and not outcome.replayed]
        assert len(fresh) == 1
        assert await rows.count_documents({}) == 1
        assert (await ledger.head("m1")).after.account("POINTS").available == 5

    async def test_transactions_and_single_postings_of_two_processes_never_tear_a_sequence(
        self, ledger_database: Database, ledger: Ledger
    ) -> None:
        posters = [a_poster(ledger_database), a_poster(ledger_database)]

        async def nothing(session: object, entry: object) -> None:
            return None

        async def write(number: int) -> None:
            poster, key = posters[number % 2], f"client:{number}"
            command = posting(earning(1, key=key), member=f"m{number % 3}", key=key)
            outcome = await (poster.post_with(command, nothing) if number % 4 == 0 else poster.post(command))
            assert isinstance(outcome, Posted)

        await asyncio.gather(*(write(number) for number in range(60)))
        for member in ("m0", "m1", "m2"):
            entries = await ledger.since(member, 0)
            assert [entry.seq for entry in entries] == list(range(1, 21))
            assert entries[-1].after.account("POINTS").available == 20


class TestHeads:
    async def test_heads_are_read_by_a_distinct_scan_however_long_the_history(
        self, poster: Poster, ledger_database: Database
    ) -> None:
        for number in range(30):
            await asyncio.gather(*(earned(poster, 1, member=m, key=f"client:{number}") for m in ("a", "b")))
        pipeline: list[dict[str, Any]] = [
            {"$match": {"member": {"$in": ["a", "b"]}}},
            {"$sort": {"member": 1, "seq": -1}},
            {"$group": {"_id": "$member", "seq": {"$first": "$seq"}, "after": {"$first": "$after"}}},
        ]
        plan = await ledger_database.command(
            {
                "explain": {"aggregate": "entries", "pipeline": pipeline, "cursor": {}, "hint": SEQUENCE},
                "verbosity": "executionStats",
            }
        )
        stats = plan["stages"][0]["$cursor"]["executionStats"]
        assert "DISTINCT_SCAN" in str(plan)
        assert stats["totalKeysExamined"] <= 4

    async def test_as_of_a_time_is_the_newest_entry_that_counted_then(
        self, poster: Poster, ledger: Ledger
    ) -> None:
        for number, day in enumerate((1, 2, 3)):
            key = f"client:{number}"
            await poster.post(Posting("m1", key, "", earning(10, key=key), at=datetime(2026, 1, day, tzinfo=UTC)))
        at = datetime(2026, 1, 2, tzinfo=UTC)
        assert (await ledger.head_as_of("m1", at)).seq == 2
        assert (await ledger.head_as_of("m1", at - timedelta(milliseconds=1))).seq == 1
        assert (await ledger.head_as_of("m1", datetime(2025, 1, 1, tzinfo=UTC))).seq == 0
