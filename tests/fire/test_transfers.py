"""One process moves points between two members, another posts to the same ones, and the first is killed at it."""

import asyncio
from contextlib import suppress
from itertools import count

import pytest

from cache.client import Cache
from domain.actors import SYSTEM
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.program.policies import Transfers
from mongo.client import Database
from mongo.faults import StoreUnavailable
from runtime.wiring import House
from services.context import Context
from services.ledger.poster import Posted
from services.program.publish_program import publish_program
from tests.support.eventually import eventually
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.other_sender import CALLERS, OtherSender, send
from tests.support.programs import a_program
from tests.support.working import post
from tests.support.writers import an_earning, lawful

ADA, BOB = a_member(1).id, a_member(2).id
FIRST = 1_000


@pytest.fixture
async def house(context: Context, database: Database, cache: Cache) -> House:
    """Two members with points that they may send."""
    await publish_program(context, SYSTEM, a_program(transfers=Transfers()))
    await context.members.insert_many([a_member(1), a_member(2)])
    for member in (ADA, BOB):
        await post(context, member, earning(FIRST, key="first"), "first")
    return House(database, cache, context)


class TestTransfersAndSinglePostings:
    async def test_of_two_processes_stand_once_and_whole_though_one_is_killed_among_them(
        self, house: House, mongo_uri: str
    ) -> None:
        context, stop = house.context, asyncio.Event()
        singles: dict[str, Entry] = {}

        async def earn(member: str, numbers: "count[int]") -> None:
            while not stop.is_set():
                number, outcome = next(numbers), None
                while outcome is None:
                    with suppress(StoreUnavailable):  # then the same one again
                        outcome = await context.poster.post(an_earning(number, member=member))
                assert isinstance(outcome, Posted)
                singles[outcome.entry.key] = outcome.entry

        async with OtherSender(house, mongo_uri, (ADA, BOB)) as other:
            await eventually(lambda: len(other.answered) >= CALLERS, timeout=60)
            numbers = count()
            singly = asyncio.gather(*(earn(member, numbers) for member in (ADA, BOB) * 3))
            here, there = len(singles), len(other.answered)
            await eventually(lambda: len(singles) >= here + 30 and len(other.answered) >= there + 30, timeout=60)
            await other.kill()
            stop.set()
            await singly

        # Some were under way, one a caller: another process sends them again, and the answered ones, too.
        asked = range(max(other.answered) + CALLERS + 1)
        sent = await asyncio.gather(*(send(context, (ADA, BOB), number) for number in asked))
        entries = [entry for member in (ADA, BOB) for entry in await lawful(house.database, member)]
        by_kind = {kind: [entry for entry in entries if entry.kind is kind] for kind in EntryKind}
        assert {entry.key: entry for entry in by_kind[EntryKind.EARN] if entry.key != "first"} == singles
        out, arrived = by_kind[EntryKind.TRANSFER_OUT], by_kind[EntryKind.TRANSFER_IN]
        assert {entry.key: entry for entry in out} == {entry.key: entry for entry in sent}
        assert {entry.key: entry.correlation for entry in arrived} == {
            f"in:{entry.member}:{entry.key}": entry.correlation for entry in sent
        }
        heads = await context.ledger.heads([ADA, BOB])
        points = sum(head.after.account("POINTS").available for head in heads.values())
        assert points == 2 * FIRST + len(singles)
