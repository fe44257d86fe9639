"""Pairs of postings on a real MongoDB: both or neither, once, in whatever order they are crossed."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from domain.ledger.entry import Entry, Head
from domain.ledger.laws import broken_laws
from domain.refusals import Code, InsufficientPoints, Refused
from mongo.client import Client, Database, open_database
from mongo.ledger import Ledger
from mongo.transactions import Transactions
from services.context import Context
from services.ledger.poster import Posted, Poster, Posting
from tests.support.house import NOON
from tests.support.ledger import earning
from tests.support.other_poster import OtherPoster, write
from tests.support.pairs import giving, move
from tests.support.unchanged import unchanged


@pytest.fixture
def the_database(database: Database, mongo_client: Client) -> Database:
    """The database of `context`, for another process's ledger."""
    return open_database(mongo_client, database.name)


def another(database: Database, **more: Any) -> Poster:
    return Poster(Ledger(database), Transactions(database.client), lambda: NOON, **more)


async def endow(poster: Poster, *members: str, points: int = 100) -> None:
    for member in members:
        await poster.post(Posting(member, "client:first", "", earning(points, key="client:first")))


async def sound(ledger: Ledger, member: str) -> list[Entry]:
    """The member's entries, after each was held to the laws."""
    head, entries = Head(member), await ledger.since(member, 0)
    for entry in entries:
        assert list(broken_laws(head, entry)) == []
        head = Head.of(entry)
    return entries


async def available(ledger: Ledger, *members: str) -> list[int]:
    heads = await ledger.heads(members)
    return [heads[member].after.account("POINTS").available for member in members]


class TestPostPair:
    async def test_both_entries_stand_and_the_first_is_the_answer(self, context: Context) -> None:
        await endow(context.poster, "a")
        outcome = await move(context.poster, 30, "client:1", giver="a", taker="b")
        assert isinstance(outcome, Posted)
        assert (outcome.entry.member, outcome.entry.seq, outcome.entry.points) == ("a", 2, -30)
        assert await available(context.ledger, "a", "b") == [70, 30]

    async def test_both_entries_are_told_before_the_caller_hears(
        self, context: Context, the_database: Database
    ) -> None:
        heard: list[tuple[str, int]] = []

        async def told(entries: Any) -> None:
            heard.extend((entry.member, entry.points) for entry in entries)

        await endow(context.poster, "a")
        await move(another(the_database, told=told), 30, "client:1", giver="a", taker="b")
        assert heard == [("a", -30), ("b", 30)]

    async def test_the_same_key_again_is_answered_with_what_stands(self, context: Context) -> None:
        await endow(context.poster, "a")
        first = await move(context.poster, 30, "client:1", giver="a", taker="b")
        again = await move(context.poster, 30, "client:1", giver="a", taker="b")
        assert isinstance(first, Posted)
        assert again == Posted(first.entry, replayed=True)
        assert await available(context.ledger, "a", "b") == [70, 30]

    async def test_a_retry_is_answered_also_when_the_giver_has_no_points_left(self, context: Context) -> None:
        await endow(context.poster, "a")
        first = await move(context.poster, 100, "client:1", giver="a", taker="b")
        again = await move(context.poster, 100, "client:1", giver="a", taker="b")
        assert isinstance(first, Posted)
        assert again == Posted(first.entry, replayed=True)

    async def test_the_key_with_other_input_is_a_conflict_and_changes_nothing(
        self, context: Context, database: Database
    ) -> None:
        await endow(context.poster, "a")
        await move(context.poster, 30, "client:1", giver="a", taker="b")
        async with unchanged(database):
            outcome = await move(context.poster, 31, "client:1", giver="a", taker="b", input="1" * 32)
        assert isinstance(outcome, Refused)
        assert outcome.code is Code.IDEMPOTENCY_CONFLICT

    async def test_a_refusal_of_the_first_undoes_both(self, context: Context, database: Database) -> None:
        await endow(context.poster, "a")
        async with unchanged(database):
            outcome = await move(context.poster, 101, "client:1", giver="a", taker="b")
        assert isinstance(outcome, InsufficientPoints)
        assert (outcome.required, outcome.available) == (101, 100)

    async def test_a_refusal_of_the_answer_undoes_both(self, context: Context, database: Database) -> None:
        full = Refused(Code.LIMIT_REACHED, "full")
        await endow(context.poster, "a")
        async with unchanged(database):
            outcome = await context.poster.post_pair(
                giving("a", 30, "client:1"), lambda entry: Posting("b", "in:a", "", lambda head, at: full)
            )
        assert outcome == full
        await move(context.poster, 30, "client:1", giver="a", taker="b")
        assert await available(context.ledger, "a", "b") == [70, 30]

    async def test_a_pair_of_one_member_is_a_defect(self, context: Context) -> None:
        await endow(context.poster, "a")
        with pytest.raises(ValueError, match="two members"):
            await move(context.poster, 30, "client:1", giver="a", taker="a")
        assert await available(context.ledger, "a") == [100]


class TestRaces:
    async def test_retries_of_one_pair_in_two_processes_have_one_effect(
        self, context: Context, the_database: Database
    ) -> None:
        posters = [another(the_database), another(the_database)]
        await endow(posters[0], "a")
        barrier = asyncio.Barrier(20)

        async def retry(number: int) -> Posted:
            await barrier.wait()
            outcome = await move(posters[number % 2], 30, "client:1", giver="a", taker="b")
            assert isinstance(outcome, Posted)
            return outcome

        outcomes = await asyncio.gather(*(retry(number) for number in range(20)))
        assert sum(not outcome.replayed for outcome in outcomes) == 1
        assert {outcome.entry.hash for outcome in outcomes} == {outcomes[0].entry.hash}
        assert await available(context.ledger, "a", "b") == [70, 30]

    async def test_pairs_of_opposite_directions_do_not_wait_for_each_other_in_a_circle(
        self, context: Context, the_database: Database
    ) -> None:
        posters = [another(the_database), another(the_database)]
        await endow(posters[0], "a", "b")
        barrier = asyncio.Barrier(24)

        async def cross(number: int) -> None:
            await barrier.wait()
            giver, taker = ("a", "b") if number % 4 < 2 else ("b", "a")
            outcome = await move(posters[number % 2], 1, f"client:{number}", giver=giver, taker=taker)
            assert isinstance(outcome, Posted)

        await asyncio.wait_for(asyncio.gather(*(cross(number) for number in range(24))), 60)
        assert await available(context.ledger, "a", "b") == [100, 100]
        assert [len(await sound(context.ledger, member)) for member in ("a", "b")] == [25, 25]

    async def test_a_circle_of_members_and_single_postings_lose_no_point_and_tear_no_sequence(
        self, context: Context, the_database: Database
    ) -> None:
        posters = [another(the_database), another(the_database)]
        members = ["a", "b", "c"]
        await endow(posters[0], *members)
        ring = [*pairwise(members), ("c", "a")]

        async def write(number: int) -> None:
            giver, taker = ring[number % 3]
            key, poster = f"client:{number}", posters[number % 2]
            if number % 4:
                await move(poster, 1, key, giver=giver, taker=taker)
            else:
                await poster.post(Posting(giver, key, "", earning(1, key=key)))

        await asyncio.wait_for(asyncio.gather(*(write(number) for number in range(48))), 60)
        counts = [len(await sound(context.ledger, member)) for member in members]
        assert sum(counts) == 3 + 36 * 2 + 12
        assert sum(await available(context.ledger, *members)) == 3 * 100 + 12

    async def test_of_many_who_spend_the_same_points_those_succeed_whom_they_suffice(
        self, context: Context, the_database: Database
    ) -> None:
        posters = [another(the_database), another(the_database)]
        await endow(posters[0], "a", points=50)
        outcomes = await asyncio.gather(
            *(move(posters[n % 2], 10, f"client:{n}", giver="a", taker=f"taker{n}") for n in range(12))
        )
        assert sum(isinstance(outcome, Posted) for outcome in outcomes) == 5
        assert sum(isinstance(outcome, InsufficientPoints) for outcome in outcomes) == 7
        assert await available(context.ledger, "a") == [0]


class TestTwoProcesses:
    async def test_pairs_and_single_postings_of_the_same_members_tear_nothing_and_nobody_is_turned_away(
        self, mongo_uri: str, context: Context, database: Database
    ) -> None:
        await endow(context.poster, "a", "b")
        other = OtherPoster(mongo_uri, database.name)
        await other.start()
        here, there = await asyncio.gather(write(context.poster, callers=8, label="here"), other.write(callers=8))
        assert (here, there) == (80, 80)
        counts = [len(await sound(context.ledger, member)) for member in ("a", "b")]
        assert sum(counts) == 2 + 80 + 2 * 80
        assert sum(await available(context.ledger, "a", "b")) == 200 + 80
