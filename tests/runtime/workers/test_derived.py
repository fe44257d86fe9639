"""The follower of consequences: all of them, and each once, whatever dies, stalls or is lost."""

import pytest

from domain.actors import SYSTEM
from domain.members.member import Member
from mongo.client import Database
from runtime.wiring import House
from runtime.workers.derived import DerivedFollower
from services.context import Context
from services.program.publish_program import publish_program
from tests.runtime.workers.test_follower import lose_place
from tests.support.consequences import told
from tests.support.engaged import engaging
from tests.support.eventually import eventually
from tests.support.house import NOON
from tests.support.people import buy, enrol
from tests.support.working import Desk, working

AFTER_THREE = [
    ("member.joined", 10),
    ("purchase", 1),
    ("purchase", 6),
    ("purchase", 31),
    ("badge.earned", 11),
    ("challenge.reached", 7),
    ("mug", 0),
]


@pytest.fixture(autouse=True)
async def ada(context: Context) -> Member:
    await publish_program(context, SYSTEM, engaging())
    return (await enrol(context, "Ada"))[0]


async def buy_three(context: Context, member: Member) -> None:
    for number in range(3):
        await buy(context, member, "1.00", id=f"{member.id}-{number}")


async def has_all(context: Context, member: Member) -> bool:
    entries = await told(context, member)
    return [*entries[:4], *sorted(entries[4:])] == AFTER_THREE


async def _has_saved(desk: Desk) -> bool:
    return (await desk.place("derived")).handled_at == NOON


class TestDerivedFollower:
    async def test_it_follows_and_what_comes_of_that_in_its_turn(
        self, context: Context, desk: Desk, ada: Member
    ) -> None:
        async with desk.following(DerivedFollower(context)):
            await buy_three(context, ada)
            await eventually(lambda: has_all(context, ada))

    async def test_history_that_stood_at_its_first_start_has_no_consequences(
        self, context: Context, desk: Desk, ada: Member, database: Database
    ) -> None:
        await buy_three(context, ada)
        (bob,) = await enrol(context, "Bob")
        async with desk.following(DerivedFollower(context)):
            await buy_three(context, bob)
            await eventually(lambda: has_all(context, bob))
        assert len(await told(context, ada)) == 4

    async def test_a_lost_place_costs_no_consequence_and_makes_none_twice(
        self, context: Context, desk: Desk, ada: Member
    ) -> None:
        async with desk.following(DerivedFollower(context)):
            await buy(context, ada, "1.00", id=f"{ada.id}-0")
            await buy(context, ada, "1.00", id=f"{ada.id}-1")
            await eventually(lambda: _has_saved(desk))
        await lose_place(desk, "derived")
        await buy(context, ada, "1.00", id=f"{ada.id}-2")

        async with desk.following(DerivedFollower(context)):
            await eventually(lambda: has_all(context, ada))
        await lose_place(desk, "derived")
        async with desk.following(DerivedFollower(context)):
            (bob,) = await enrol(context, "Bob")
            await buy_three(context, bob)
            await eventually(lambda: has_all(context, bob))
        assert await has_all(context, ada)

    async def test_two_processes_share_the_work_and_make_each_once(
        self, context: Context, house: House, ada: Member
    ) -> None:
        async with working(house), working(house):
            members = [ada, *await enrol(context, "Bob", "Cy")]
            await context.rewards.put_all(engaging(), now=NOON)
            for member in members[:2]:
                await buy_three(context, member)
            for member in members[:2]:
                await eventually(lambda one=member: has_all(context, one))
