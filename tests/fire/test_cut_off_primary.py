"""A primary is cut off with an entry that only it holds; the others go on without it, and it must take it back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial

import bson
import pytest
from pymongo.errors import PyMongoError

from mongo.client import Client, Database
from mongo.faults import StoreUnavailable
from mongo.ledger import Ledger
from mongo.migrate import migrate
from services.ledger.poster import Posted, Poster
from tests.support.eventually import eventually
from tests.support.replica_set import Member, a_replica_set
from tests.support.writers import DATABASE, a_poster, an_earning, impatient, in_fire, lawful

ANN, BOB = "ann", "bob"


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def posted(poster: Poster, number: int, member: str = ANN) -> Posted:
    outcome = await poster.post(an_earning(number, member=member))
    assert isinstance(outcome, Posted)
    return outcome


async def is_retryable(task: "asyncio.Future[Posted]") -> bool:
    """Whether the command ended in a fault that asks for another try."""
    (outcome,) = await asyncio.gather(task, return_exceptions=True)
    return isinstance(outcome, StoreUnavailable)


async def held_by(client: Client, number: int) -> bool:
    """Whether this member has an entry of that key, whatever a majority has."""
    try:
        return await client[DATABASE]["entries"].count_documents({"key": f"client:{number}"}) == 1
    except PyMongoError:  # while it takes entries back it answers nobody
        return False


async def keys(database: Database) -> list[str]:
    return [entry.key for entry in await Ledger(database).since(ANN, 0)]


class TestACutOffPrimary:
    async def test_what_it_alone_held_is_nobodys_answer_and_leaves_no_gap(self, stack: AsyncExitStack) -> None:
        fire = await stack.enter_async_context(a_replica_set(relayed=True))
        everywhere = await stack.enter_async_context(impatient(fire.uri))
        await migrate(in_fire(everywhere))
        old = await fire.primary()
        lonely = await stack.enter_async_context(impatient(old.uri))
        first, second, third = (a_poster(in_fire(lonely)) for _ in range(3))
        assert [(await posted(first, number)).entry.seq for number in (1, 2, 3)] == [1, 2, 3]
        assert (await posted(first, 20, BOB)).entry.seq == 1

        # On this side of the cut: an entry of each, a retry in another process, and another command of Ann's.
        fire.cut_off(old)
        taken_back = [asyncio.ensure_future(posted(first, n, member)) for n, member in ((4, ANN), (21, BOB))]
        await eventually(lambda: held_by(lonely, 4))
        await eventually(lambda: held_by(lonely, 21))
        retried, behind = (asyncio.ensure_future(posted(poster, n)) for poster, n in ((second, 4), (third, 5)))
        assert await keys(in_fire(lonely)) == ["client:1", "client:2", "client:3"]

        # On the other side Ann's next entry has the same number; nothing happens to Bob.
        new = await fire.primary(fire.others(old))
        beyond = await stack.enter_async_context(impatient(new.uri))
        other = a_poster(in_fire(beyond))
        assert (await posted(other, 6)).entry.seq == 4
        for task in (*taken_back, retried, behind):
            assert await is_retryable(task)

        fire.heal()
        await eventually(lambda: follows(old, lonely), timeout=60)
        assert rolled_back(old) == [(ANN, 4, "client:4"), (BOB, 2, "client:21")]
        again = await posted(other, 4)
        assert (again.entry.seq, again.replayed) == (5, False)

        # What the processes of this side remember does them no harm when theirs is the primary again.
        await fire.step_up(old)
        replayed = await posted(first, 4)
        assert replayed == Posted(again.entry, replayed=True)
        assert [(await posted(poster, n)).entry.seq for poster, n in ((first, 7), (third, 5))] == [6, 7]
        assert (await posted(first, 22, BOB)).entry.seq == 2
        for member in fire.members:
            alone = in_fire(await stack.enter_async_context(impatient(member.uri)))
            await eventually(partial(has_all, alone))
            entries = await lawful(alone, ANN)
            assert [entry.key for entry in entries] == [f"client:{number}" for number in (1, 2, 3, 6, 4, 7, 5)]
            assert [entry.key for entry in await lawful(alone, BOB)] == ["client:20", "client:22"]


async def follows(member: Member, client: Client) -> bool:
    """Whether it has taken back what it must and caught up."""
    return await member.is_secondary() and await held_by(client, 6)


async def has_all(database: Database) -> bool:
    return await database["entries"].count_documents({}) == 7 + 2


def rolled_back(member: Member) -> list[tuple[str, int, str]]:
    """The entries that the member took back."""
    rows = [row for file in member.rolled_back() for row in bson.decode_all(file.read_bytes())]
    return sorted((row["member"], row["seq"], row["key"]) for row in rows if "seq" in row)
