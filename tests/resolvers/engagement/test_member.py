"""What members see of challenges, badges, streaks and friends: exact answers, their own only."""

import pytest

from domain.actors import SYSTEM
from domain.members.enrol import Enrol
from domain.members.member import Member
from mongo.client import Database
from services.context import Context
from services.members.enrol_members import Enrolled, enrol_members
from services.program.publish_program import publish_program
from tests.resolvers.conftest import Desk, member_id
from tests.support.consequences import follow
from tests.support.engaged import engaging
from tests.support.people import AGENT, SERVICE, SHOP, as_member, buy

CHALLENGES = """{ me { challenges {
    challenge { code name counts goal per repeats points badge currency steps { goal points } }
    status done timesReached steps { goal points } ends daysLeft
    redemptions { points reward { title } voucher { expiresAt } } missedRewards } } }"""
STANDING = """{ me {
    badges { badge { code name } earnedOn }
    streaks { streak { code per grace } length alive doneNow actBefore graceLeft }
    referral { code link joined made limit left } } }"""
COFFEES = {
    "code": "coffees",
    "name": "Three coffees",
    "counts": "EVENTS",
    "goal": "3",
    "per": "WEEK",
    "repeats": 2,
    "points": 30,
    "badge": "regular",
    "currency": "POINTS",
    "steps": [{"goal": "2", "points": 5}],
}


@pytest.fixture(autouse=True)
async def program(context: Context) -> None:
    await publish_program(context, SYSTEM, engaging())


async def buy_coffees(context: Context, member: Member, *numbers: int) -> None:
    for number in numbers:
        await buy(context, member, "1.00", id=f"o{number}")
    await follow(context, member)


class TestChallenges:
    async def test_how_far_and_what_it_gave(self, ask: Desk, context: Context, ada: Member) -> None:
        await buy_coffees(context, ada, 1, 2)
        (shown,) = (await ask.data(as_member(ada), CHALLENGES))["me"]["challenges"]
        assert shown == {
            "challenge": COFFEES,
            "status": "RUNNING",
            "done": "2",
            "timesReached": 0,
            "steps": [{"goal": "2", "points": 5}],
            "ends": "2026-06-22T04:00:00.000Z",
            "daysLeft": 7,
            "redemptions": [],
            "missedRewards": [],
        }

        await buy_coffees(context, ada, 3)
        (shown,) = (await ask.data(as_member(ada), CHALLENGES))["me"]["challenges"]
        voucher = {"expiresAt": "2026-07-15T12:00:00.000Z"}
        assert (shown["status"], shown["done"], shown["timesReached"], shown["steps"]) == ("RUNNING", "0", 1, [])
        assert shown["redemptions"] == [{"points": 0, "reward": {"title": "A mug"}, "voucher": voucher}]

    async def test_a_reward_that_is_sold_out_is_said(
        self, ask: Desk, context: Context, ada: Member, database: Database
    ) -> None:
        await database["rewards"].update_one({"_id": "mug"}, {"$set": {"stock": 0}})
        await buy_coffees(context, ada, 1, 2, 3)
        (shown,) = (await ask.data(as_member(ada), CHALLENGES))["me"]["challenges"]
        assert shown["redemptions"] == []
        assert shown["missedRewards"] == ["1 of A mug cannot be had any more: others were faster."]


class TestStanding:
    async def test_badges_streaks_and_friends(self, ask: Desk, context: Context, ada: Member) -> None:
        commands = [Enrol(f"friend-{number}", referral_code=ada.referral_code) for number in range(2)]
        outcomes = await enrol_members(context, SHOP, commands)
        (friend, _) = [one.member for one in outcomes if isinstance(one, Enrolled)]
        await buy_coffees(context, ada, 1, 2, 3)
        await buy_coffees(context, friend, 4)

        assert (await ask.data(as_member(ada), STANDING))["me"] == {
            "badges": [{"badge": {"code": "regular", "name": "Regular"}, "earnedOn": "2026-06-15"}],
            "streaks": [
                {
                    "streak": {"code": "daily", "per": "DAY", "grace": 1},
                    "length": 1,
                    "alive": True,
                    "doneNow": True,
                    "actBefore": "2026-06-18T04:00:00.000Z",
                    "graceLeft": 1,
                }
            ],
            "referral": {
                "code": ada.referral_code,
                "link": f"https://example.com/join?code={ada.referral_code}",
                "joined": 2,
                "made": 1,
                "limit": 3,
                "left": 1,
            },
        }

    async def test_without_referrals_there_is_none_to_show(self, ask: Desk, context: Context, ada: Member) -> None:
        await publish_program(context, SYSTEM, engaging(referrals=None))
        assert (await ask.data(as_member(ada), "{ me { referral { code } } }"))["me"]["referral"] is None


class TestPermissions:
    @pytest.mark.parametrize(
        "field", ["challenges { done }", "badges { earnedOn }", "streaks { length }", "referral { made }"]
    )
    async def test_it_is_the_members_own_and_open_to_staff_and_services(
        self, ask: Desk, ada: Member, bob: Member, field: str
    ) -> None:
        query = f"query($id: ID!) {{ node(id: $id) {{ ... on Member {{ {field} }} }} }}"
        for identity in (as_member(ada), AGENT, SERVICE):
            assert await ask.refusals(identity, query, id=member_id(ada)) == []
        assert [code for code, _ in await ask.refusals(as_member(bob), query, id=member_id(ada))] == ["FORBIDDEN"]


class TestProgram:
    async def test_names_and_windows_and_nothing_of_budgets(self, ask: Desk, ada: Member) -> None:
        query = "{ program { challenges { code } badges { code imageUrl } campaigns { code name begins ends } } }"
        assert (await ask.data(as_member(ada), query))["program"] == {
            "challenges": [{"code": "coffees"}],
            "badges": [{"code": "regular", "imageUrl": None}],
            "campaigns": [],
        }
