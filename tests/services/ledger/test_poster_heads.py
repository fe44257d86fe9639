"""What the poster remembers saves reads, and is never believed where nothing guards it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from domain.ledger.entry import Entry, Head
from domain.ledger.laws import broken_laws
from domain.ledger.posting import Decide, Decision
from domain.refusals import Code, InsufficientPoints, Refused
from mongo.client import Client, Database, open_database
from mongo.faults import StoreUnavailable
from mongo.ledger import Ledger
from mongo.transactions import Session, Transactions
from services.ledger.poster import Outcome, Posted, Poster, Posting
from tests.support.commands import Commands
from tests.support.house import NOON
from tests.support.ledger import earning, redeeming
from tests.support.pairs import move

PLENTY = 1_000


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
async def store(mongo_uri: str, database: Database, commands: Commands) -> AsyncIterator[Database]:
    """The test's database through a client that counts what is asked of it."""
    client: Client = AsyncIOMotorClient(mongo_uri, tz_aware=True, event_listeners=[commands])
    yield open_database(client, database.name)
    client.close()


def a_poster(database: Database, ledger: Ledger | None = None) -> Poster:
    return Poster(ledger or Ledger(database), Transactions(database.client), lambda: NOON)


@pytest.fixture
def poster(store: Database) -> Poster:
    return a_poster(store)


@pytest.fixture
def other(store: Database) -> Poster:
    """The poster of another process."""
    return a_poster(store)


async def post(poster: Poster, decide: Decide, key: str) -> Outcome:
    return await poster.post(Posting("m1", key, "0" * 32, decide))


async def earn(poster: Poster, points: int, key: str) -> Entry:
    outcome = await post(poster, earning(points, key=key), key)
    assert isinstance(outcome, Posted)
    return outcome.entry


async def redeem(poster: Poster, points: int, key: str) -> Outcome:
    return await post(poster, redeeming(points, key=key), key)


async def nothing(session: Session, entry: Entry) -> None:
    return None


class TestWhatIsSaved:
    async def test_the_first_posting_reads_the_head_and_the_key_and_the_next_only_inserts(
        self, poster: Poster, commands: Commands
    ) -> None:
        with commands.heard() as heard:
            await earn(poster, 1, "client:1")
        assert heard == ["aggregate entries", "find entries", "insert entries"]
        with commands.heard() as heard:
            await earn(poster, 1, "client:2")
        assert heard == ["insert entries"]

    async def test_the_heads_of_transactions_are_known_too(self, poster: Poster, commands: Commands) -> None:
        await poster.post_with(Posting("m1", "client:1", "", earning(9)), nothing)
        await move(poster, 5, "client:2", giver="m1", taker="m2")
        with commands.heard() as heard:
            assert (await earn(poster, 1, "client:3")).seq == 3
            outcome = await poster.post(Posting("m2", "client:4", "", redeeming(5, key="client:4")))
        assert isinstance(outcome, Posted)
        assert (outcome.entry.member, outcome.entry.seq) == ("m2", 2)
        assert heard == ["insert entries"] * 2


class TestWhatOthersWroteMeanwhile:
    async def test_points_that_others_gave_can_be_spent(self, poster: Poster, other: Poster) -> None:
        await earn(poster, 10, "client:1")
        await earn(other, 10, "client:2")
        assert isinstance(await redeem(poster, 20, "client:3"), Posted)

    async def test_points_that_others_spent_cannot(self, poster: Poster, other: Poster) -> None:
        await earn(poster, 10, "client:1")
        assert isinstance(await redeem(other, 10, "client:2"), Posted)
        outcome = await redeem(poster, 10, "client:3")
        assert isinstance(outcome, InsufficientPoints)
        assert outcome.available == 0

    async def test_nothing_to_do_is_only_believed_of_what_stands_now(self, poster: Poster, other: Poster) -> None:
        def third(head: Head, at: datetime) -> Decision:
            return earning(1, key="client:3")(head, at) if head.seq == 2 else None

        await earn(poster, 1, "client:1")
        assert await post(poster, third, "client:3") is None
        await earn(other, 1, "client:2")
        outcome = await post(poster, third, "client:3")
        assert isinstance(outcome, Posted)
        assert outcome.entry.seq == 3

    async def test_so_is_a_defect(self, poster: Poster, other: Poster) -> None:
        def third(head: Head, at: datetime) -> Decision:
            if head.seq != 2:
                raise ZeroDivisionError
            return earning(1, key="client:3")(head, at)

        await earn(poster, 1, "client:1")
        with pytest.raises(ZeroDivisionError):
            await post(poster, third, "client:3")
        await earn(other, 1, "client:2")
        assert isinstance(await post(poster, third, "client:3"), Posted)


class TestRetries:
    async def test_a_key_that_another_process_wrote_is_answered(self, poster: Poster, other: Poster) -> None:
        await earn(poster, 10, "client:1")
        stored = await redeem(other, 10, "client:2")
        assert isinstance(stored, Posted)
        assert await redeem(poster, 10, "client:2") == Posted(stored.entry, replayed=True)

    async def test_an_old_key_is_answered_though_the_next_sequence_is_free(
        self, poster: Poster, store: Database
    ) -> None:
        first = await earn(poster, 10, "client:1")
        await earn(poster, 10, "client:2")
        assert await post(poster, earning(10), "client:1") == Posted(first, replayed=True)
        assert (await Ledger(store).head("m1")).seq == 2
        assert (await earn(poster, 10, "client:3")).seq == 3

    async def test_a_storm_of_them_inserts_in_vain_once(self, poster: Poster, commands: Commands) -> None:
        for number in range(3):
            await earn(poster, 1, f"client:{number}")
        with commands.heard() as heard:
            for _ in range(5):
                await post(poster, earning(1, key="client:1"), "client:1")
        assert heard == ["insert entries"] + ["aggregate entries", "find entries"] * 5

    async def test_those_of_one_moment_wait_for_the_first_and_ask_for_nothing(
        self, poster: Poster, commands: Commands
    ) -> None:
        await earn(poster, 1, "client:1")
        with commands.heard() as heard:
            outcomes = await asyncio.gather(*(redeem(poster, 1, "client:2") for _ in range(50)))
        assert heard == ["insert entries"]
        assert {outcome.entry.seq for outcome in outcomes if isinstance(outcome, Posted)} == {2}
        assert [outcome.replayed for outcome in outcomes if isinstance(outcome, Posted)] == [False] + [True] * 49

    async def test_of_two_at_once_with_one_key_and_other_input_one_is_a_conflict(self, poster: Poster) -> None:
        first, second = await asyncio.gather(
            poster.post(Posting("m1", "client:1", "0" * 32, earning(1))),
            poster.post(Posting("m1", "client:1", "1" * 32, earning(2))),
        )
        assert isinstance(first, Posted)
        assert isinstance(second, Refused)
        assert second.code is Code.IDEMPOTENCY_CONFLICT

    async def test_after_a_refusal_each_is_decided_for_itself(self, poster: Poster) -> None:
        await earn(poster, 10, "client:1")
        wanted = [11, 12, 10, 10]
        outcomes = await asyncio.gather(*(redeem(poster, points, "client:2") for points in wanted))
        assert [outcome.required for outcome in outcomes if isinstance(outcome, InsufficientPoints)] == [11, 12]
        assert [outcome.replayed for outcome in outcomes if isinstance(outcome, Posted)] == [False, True]

    async def test_a_first_who_has_gone_leaves_the_others_an_answer(self, poster: Poster) -> None:
        async with poster._turns.hold(["m1"]):
            first, second = (asyncio.ensure_future(earn(poster, 1, "client:1")) for _ in range(2))
            await asyncio.sleep(0)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
        assert (await asyncio.wait_for(second, 60)).seq == 1
        assert poster._singly._again == {}


class _Unsure(Ledger):
    """A ledger that once loses the answer to an insert, which stands."""

    lose = False

    async def append(self, entries: Sequence[Entry]) -> list[bool]:
        stands = await super().append(entries)
        if self.lose:
            self.lose = False
            raise StoreUnavailable("the answer was lost")
        return stands


class _Late(Ledger):
    """A ledger like that of a new primary, which for a moment shows a majority older than was acknowledged."""

    late = 0

    async def heads(self, members: Sequence[str], session: Session | None = None) -> dict[str, Head]:
        if self.late:
            self.late -= 1
            return {member: Head(member) for member in members}
        return await super().heads(members, session)


class TestDoubt:
    async def test_after_an_unknown_outcome_the_head_and_the_key_are_read(
        self, store: Database, commands: Commands
    ) -> None:
        ledger = _Unsure(store)
        poster = a_poster(store, ledger)
        await earn(poster, 1, "client:1")
        ledger.lose = True
        with pytest.raises(StoreUnavailable):
            await earn(poster, 1, "client:2")
        with commands.heard() as heard:
            outcome = await post(poster, earning(1, key="client:2"), "client:2")
        assert isinstance(outcome, Posted)
        assert (outcome.replayed, outcome.entry.seq) == (True, 2)
        assert heard == ["aggregate entries", "find entries"]
        assert (await earn(poster, 1, "client:3")).seq == 3

    async def test_an_unknown_outcome_is_that_of_all_who_asked_for_the_same(self, store: Database) -> None:
        ledger = _Unsure(store)
        poster = a_poster(store, ledger)
        await earn(poster, 1, "client:1")
        ledger.lose = True
        retries = (earn(poster, 1, "client:2") for _ in range(3))
        outcomes = await asyncio.gather(*retries, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 3
        assert (await ledger.head("m1")).seq == 2

    async def test_a_store_that_shows_less_than_was_acknowledged_is_asked_again(self, store: Database) -> None:
        ledger = _Late(store)
        poster = a_poster(store, ledger)
        await earn(poster, 100, "client:1")
        ledger.late = 3
        outcome = await redeem(poster, PLENTY, "client:2")
        assert isinstance(outcome, InsufficientPoints)
        assert (outcome.available, ledger.late) == (100, 0)

    async def test_over_an_older_backup_a_running_process_leaves_a_gap_that_verify_reports(
        self, poster: Poster, store: Database
    ) -> None:
        """Which is why every process that writes is stopped before a restore."""
        await earn(poster, 1, "client:1")
        await store["entries"].delete_many({})
        entry = await earn(poster, 1, "client:2")
        assert "the sequence goes from 0 to 2" in list(broken_laws(Head("m1"), entry))
