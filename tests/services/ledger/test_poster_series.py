"""Several entries of one member in one transaction: all of them or none, and found by any key of their stem."""

import asyncio
from collections.abc import Iterable

import pytest

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.refusals import Code, Refused
from mongo.client import Client, Database, open_database
from mongo.ledger import Ledger
from mongo.transactions import Session, Transactions
from services.context import Context
from services.ledger.poster import Posted, Poster, Posting
from tests.support.house import NOON
from tests.support.ledger import earning, redeeming
from tests.support.sound import sound


@pytest.fixture
def other(database: Database, mongo_client: Client) -> Poster:
    """Another process over the database of `context`."""
    own = open_database(mongo_client, database.name)
    return Poster(Ledger(own), Transactions(own.client), lambda: NOON)


async def nothing(session: Session, entry: Entry) -> None:
    """Nothing is written beside."""


def a_posting(key: str, points: int = 1, *, fresh: bool = False, stem: str | None = None) -> Posting:
    return Posting("m1", key, "0" * 32, earning(points, key=key), fresh=fresh, stem=stem)


def then(*keys: str) -> list[Posting]:
    return [a_posting(key) for key in keys]


class TestASeries:
    async def test_all_entries_follow_each_other_and_are_answered(self, context: Context) -> None:
        outcome = await context.poster.post_with(
            a_posting("e:1#A"), nothing, then=lambda _: then("e:1#B", "e:1#C")
        )
        assert isinstance(outcome, Posted)
        assert (outcome.entry.key, [entry.key for entry in outcome.more]) == ("e:1#A", ["e:1#B", "e:1#C"])
        entries = await sound(context.ledger, "m1")
        assert [entry.seq for entry in entries] == [1, 2, 3]
        assert entries[-1].after.account("POINTS").available == 3

    async def test_a_refusal_of_a_later_one_undoes_all(self, context: Context) -> None:
        def overdraw(first: Entry) -> Iterable[Posting]:
            return [Posting("m1", "e:1#B", "0" * 32, redeeming(2, key="e:1#B"))]

        outcome = await context.poster.post_with(a_posting("e:1#A"), nothing, then=overdraw)
        assert isinstance(outcome, Refused)
        assert outcome.code is Code.INSUFFICIENT_POINTS
        assert await context.ledger.since("m1", 0) == []

    async def test_one_that_has_nothing_to_write_is_left_out(self, context: Context) -> None:
        idle = Posting("m1", "e:1#B", "0" * 32, lambda head, at: None)
        outcome = await context.poster.post_with(a_posting("e:1#A"), nothing, then=lambda _: [idle])
        assert isinstance(outcome, Posted)
        assert outcome.more == ()

    async def test_what_time_has_done_comes_before_the_first(self, context: Context, other: Poster) -> None:
        soon = Posting("m1", "client:1", "", earning(5, key="client:1", expires_at=NOON))
        await other.post(soon)
        outcome = await context.poster.post_with(a_posting("e:1#A"), nothing, then=lambda _: then("e:1#B"))
        assert isinstance(outcome, Posted)
        assert [entry.kind for entry in await sound(context.ledger, "m1")] == [
            EntryKind.EARN,
            EntryKind.EXPIRE,
            EntryKind.EARN,
            EntryKind.EARN,
        ]

    async def test_two_processes_with_the_same_series_write_it_once(self, context: Context, other: Poster) -> None:
        barrier = asyncio.Barrier(8)

        async def race(number: int) -> bool:
            await barrier.wait()
            poster = (context.poster, other)[number % 2]
            outcome = await poster.post_with(a_posting("e:1#A"), nothing, then=lambda _: then("e:1#B"))
            assert isinstance(outcome, Posted)
            return outcome.replayed

        assert sorted(await asyncio.gather(*map(race, range(8)))) == [False] + [True] * 7
        assert len(await sound(context.ledger, "m1")) == 2


class TestAStem:
    async def test_a_command_that_stands_under_another_key_of_its_stem_is_not_carried_out_again(
        self, context: Context
    ) -> None:
        await context.poster.post(a_posting("e:1#MILES"))
        outcome = await context.poster.post(a_posting("e:1#POINTS", stem="e:1"))
        assert isinstance(outcome, Posted)
        assert (outcome.replayed, outcome.entry.key) == (True, "e:1#MILES")
        assert len(await context.ledger.since("m1", 0)) == 1

    async def test_a_longer_stem_and_another_members_are_others(self, context: Context) -> None:
        await context.poster.post(a_posting("e:1#x#POINTS"))
        await context.poster.post(Posting("m2", "e:1#MILES", "", earning(1, key="e:1#MILES")))
        outcome = await context.poster.post(a_posting("e:1#POINTS", stem="e:1"))
        assert isinstance(outcome, Posted)
        assert not outcome.replayed

    async def test_one_that_lost_its_race_to_another_key_of_its_stem_finds_it(
        self, context: Context, other: Poster
    ) -> None:
        await context.poster.post(a_posting("client:first"))
        await other.post(a_posting("e:1#MILES"))
        # It knows the head from before, and believes that nothing of it can stand.
        outcome = await context.poster.post(a_posting("e:1#POINTS", fresh=True, stem="e:1"))
        assert isinstance(outcome, Posted)
        assert (outcome.replayed, outcome.entry.key) == (True, "e:1#MILES")

    async def test_families_are_found_oldest_first(self, context: Context) -> None:
        for key in ("e:1#B", "e:1#A", "e:1#A~rule", "e:10#A", "e:1"):
            await context.poster.post(a_posting(key))
        found = await context.ledger.families([("m1", "e:1"), ("m1", "e:2")])
        assert {slot: [entry.key for entry in entries] for slot, entries in found.items()} == {
            ("m1", "e:1"): ["e:1#B", "e:1#A", "e:1#A~rule"]
        }
