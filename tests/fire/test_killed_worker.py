"""A worker is killed at each of its writes on the way to a consequence; the next one leaves each there once."""

import pytest

from domain.actors import SYSTEM
from domain.members.enrol import Enrol
from domain.members.member import Member
from mongo.client import Database
from runtime.wiring import House
from runtime.workers.derived import DerivedFollower
from services.context import Context
from services.members.enrol_members import Enrolled, enrol_members
from services.program.publish_program import publish_program
from tests.support.consequences import told
from tests.support.engaged import engaging
from tests.support.eventually import eventually
from tests.support.other_worker import OtherWorker
from tests.support.people import SHOP, buy
from tests.support.working import Desk, working
from tests.support.writers import lawful

FRIEND = [
    ("badge.earned", 11),
    ("challenge.reached", 7),
    ("member.joined", 10),
    ("mug", 0),
    ("purchase", 1),
    ("purchase", 6),
    ("purchase", 31),
    ("referral.used", 250),
]
REFERRER = [("member.joined", 10), ("referral.made", 0), ("referral.made", 500)]


@pytest.fixture
async def pair(context: Context) -> tuple[Member, Member]:
    """A member, and the friend whom they brought."""
    await publish_program(context, SYSTEM, engaging())
    ada = await _join(context, Enrol("ada"))
    return ada, await _join(context, Enrol("bob", referral_code=ada.referral_code))


async def _join(context: Context, command: Enrol) -> Member:
    (outcome,) = await enrol_members(context, SHOP, [command])
    assert isinstance(outcome, Enrolled)
    return outcome.member


class TestAKilledWorker:
    # The first two writes are the lease and the checkpoint; all is done and saved after some fifteen.
    @pytest.mark.parametrize("writes", [4, 6, 8, 10, 11, 12, 13, 14])
    async def test_killed_after_any_write_every_consequence_is_there_once(
        self,
        context: Context,
        house: House,
        mongo_uri: str,
        database: Database,
        pair: tuple[Member, Member],
        writes: int,
    ) -> None:
        desk, (ada, bob) = Desk(house), pair
        async with desk.following(DerivedFollower(context)):
            pass
        for number in range(3):
            await buy(context, bob, "1.00", id=f"o{number}")

        mortal = OtherWorker(house, mongo_uri, then=str(writes), module="tests.support.mortal_worker")
        async with mortal as other:
            assert await other.ended() == -9

        # A transaction that the killed one left open keeps others waiting until the server ends it.
        async with working(house):
            await eventually(lambda: _all_there(context, ada, bob))
        assert await database["redemptions"].count_documents({}) == 1
        assert (await context.rewards.get_many(["mug"]))["mug"].stock == 1
        assert await database["events"].count_documents({"state": "DONE"}) == 2 + 3 + 4
        for member in pair:
            await lawful(database, member.id)


async def _all_there(context: Context, ada: Member, bob: Member) -> bool:
    return sorted(await told(context, bob)) == FRIEND and sorted(await told(context, ada)) == REFERRER
