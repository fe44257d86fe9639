"""Postings that read more than the head before they decide."""

import asyncio

import pytest

from domain.ledger.entry import Entry, Head
from domain.ledger.posting import Decide
from mongo.client import Client, Database, open_database
from mongo.ledger import Ledger
from mongo.transactions import Session, Transactions
from services.context import Context
from services.ledger.poster import Posted, Poster, Posting
from tests.support.house import NOON
from tests.support.ledger import earning

MOST = 5


@pytest.fixture
def posters(database: Database, mongo_client: Client) -> list[Poster]:
    """Two processes over the database of `context`."""
    own = open_database(mongo_client, database.name)
    return [Poster(Ledger(own), Transactions(own.client), lambda: NOON) for _ in range(2)]


def of_at_most_five(ledger: Ledger, key: str) -> Posting:
    """A point, unless the history up to the head shows five already."""

    async def prepare(head: Head) -> Decide:
        entries = await ledger.since("m1", 0, until=head.seq)
        assert len(entries) == head.seq
        return earning(1, key=key) if len(entries) < MOST else lambda head, at: None

    return Posting("m1", key, "", prepare=prepare)


class _Behind(Ledger):
    """A ledger of which a majority has for a moment less than a transaction sees."""

    behind = 0

    async def head(self, member: str, session: Session | None = None) -> Head:
        if self.behind and session is None:
            self.behind -= 1
            return Head(member)
        return await super().head(member, session)


class TestPrepare:
    async def test_what_is_read_beside_the_head_is_exact_however_many_race(
        self, context: Context, posters: list[Poster]
    ) -> None:
        barrier = asyncio.Barrier(16)

        async def race(number: int) -> bool:
            await barrier.wait()
            posting = of_at_most_five(context.ledger, f"client:{number}")
            return isinstance(await posters[number % 2].post(posting), Posted)

        assert sum(await asyncio.gather(*(race(number) for number in range(16)))) == MOST
        assert (await context.ledger.head("m1")).seq == MOST

    async def test_it_is_exact_in_transactions_too(self, context: Context, posters: list[Poster]) -> None:
        async def nothing(session: Session, entry: object) -> None:
            return None

        def thanks(entry: Entry) -> Posting:
            key = f"in:{entry.key}"
            return Posting("m2", key, "", earning(1, key=key))

        postings = [of_at_most_five(context.ledger, f"client:{number}") for number in range(12)]
        await asyncio.gather(
            *(posters[n % 2].post_with(posting, nothing) for n, posting in enumerate(postings[:6])),
            *(posters[n % 2].post_pair(posting, thanks) for n, posting in enumerate(postings[6:])),
        )
        assert (await context.ledger.head("m1")).seq == MOST

    async def test_what_takes_longer_than_a_transaction_may_is_read_before_it(
        self, database: Database, mongo_client: Client
    ) -> None:
        own = open_database(mongo_client, database.name)
        await own["notes"].insert_one({"_id": "any"})
        poster = Poster(Ledger(own), Transactions(own.client, work_seconds=0.4, patience=0.1), lambda: NOON)
        known = False

        async def prepare(head: Head) -> Decide:
            nonlocal known
            if not known:
                await own["notes"].find_one({"$where": "sleep(800) || true"})
                known = True
            return earning(1, key="client:1")

        async def nothing(session: Session, entry: object) -> None:
            return None

        outcome = await poster.post_with(Posting("m1", "client:1", "", prepare=prepare), nothing)
        assert isinstance(outcome, Posted)

    async def test_a_transaction_waits_until_what_is_read_beside_it_can_show_its_head(
        self, context: Context, database: Database, mongo_client: Client
    ) -> None:
        async def nothing(session: Session, entry: Entry) -> None:
            return None

        ledger = _Behind(open_database(mongo_client, database.name))
        poster = Poster(ledger, Transactions(mongo_client), lambda: NOON)
        await context.poster.post(Posting("m1", "client:1", "", earning(1)))
        ledger.behind = 2
        outcome = await poster.post_with(of_at_most_five(ledger, "client:2"), nothing)
        assert isinstance(outcome, Posted)
        assert (outcome.entry.seq, ledger.behind) == (2, 0)

    async def test_a_slow_one_does_not_hold_up_the_others(self, context: Context) -> None:
        others_are_done = asyncio.Event()

        async def prepare(head: Head) -> Decide:
            await others_are_done.wait()
            return earning(1, key="client:slow")

        slow = asyncio.ensure_future(context.poster.post(Posting("slow", "client:slow", "", prepare=prepare)))
        commands = [Posting(f"m{n}", "client:1", "", earning(1)) for n in range(20)]
        await asyncio.wait_for(asyncio.gather(*map(context.poster.post, commands)), 60)
        assert not slow.done()
        others_are_done.set()
        assert isinstance(await slow, Posted)

    async def test_a_defect_in_it_is_the_callers_and_leaves_the_queue_working(self, context: Context) -> None:
        async def prepare(head: Head) -> Decide:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await context.poster.post(Posting("m1", "client:1", "", prepare=prepare))
        assert isinstance(await context.poster.post(Posting("m1", "client:1", "", earning(1))), Posted)

    async def test_a_posting_without_a_decision_is_a_defect(self, context: Context) -> None:
        with pytest.raises(RuntimeError, match="neither"):
            await context.poster.post(Posting("m1", "client:1", ""))
