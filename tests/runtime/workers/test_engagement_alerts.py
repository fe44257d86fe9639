"""Challenges and friends are told by the real followers: how far, that it is done, and that a friend counts."""

from dataclasses import replace

import pytest

from domain.actors import SYSTEM
from domain.members.enrol import Enrol
from runtime.workers.derived import DerivedFollower
from runtime.workers.inbox import InboxFollower
from services.context import Context
from services.members.enrol_members import Enrolled, enrol_members
from services.program.publish_program import publish_program
from tests.support.engaged import CHALLENGE, COFFEES, SPEND, engaging
from tests.support.eventually import eventually
from tests.support.people import SHOP, buy, enrol
from tests.support.working import Desk

QUIET = ("points_earned", "tier_reached")


async def titles(context: Context, member: str) -> list[str]:
    rows = await context.inbox.since(member, 0, limit=100)
    return [row.message.title for row in rows if row.message.template not in QUIET]


async def heard(context: Context, member: str, wanted: list[str]) -> bool:
    return await titles(context, member) == wanted


@pytest.fixture
async def following(context: Context, desk: Desk) -> None:
    program = engaging(earning=(SPEND, CHALLENGE), challenges=(replace(COFFEES, goal=4, steps=(), reward=None),))
    await publish_program(context, SYSTEM, program)


class TestChallenges:
    @pytest.mark.usefixtures("following")
    async def test_half_of_it_and_the_end_of_each_round_are_told_once(self, context: Context, desk: Desk) -> None:
        (ann,) = await enrol(context, "Ann")
        wanted = [
            "Three coffees: 2 of 4",
            "Three coffees: done!",
            "Three coffees: 2 of 4",
            "Three coffees: done!",
        ]
        async with desk.following(InboxFollower(context)):
            for number in range(9):
                await buy(context, ann, "5.00", id=f"o{number}")
            await eventually(lambda: heard(context, ann.id, wanted))
        rows = await context.inbox.since(ann.id, 0, limit=100)
        done = [row.message for row in rows if row.message.data.get("news") == "CHALLENGE_COMPLETED"]
        assert [one.body for one in done] == [
            "You have completed Three coffees and get 30 Points for it. Well done!"
        ] * 2
        assert [one.key.rpartition(":")[2] for one in done] == ["1", "2"]


class TestFriends:
    async def test_who_brought_a_friend_and_the_friend_hear_once_each(self, context: Context, desk: Desk) -> None:
        await publish_program(context, SYSTEM, engaging(challenges=()))
        (ann,) = await enrol(context, "Ann")
        (outcome,) = await enrol_members(context, SHOP, [Enrol("crm-bob", referral_code=ann.referral_code)])
        assert isinstance(outcome, Enrolled)
        bob = outcome.member
        async with desk.following(InboxFollower(context)), desk.following(DerivedFollower(context)):
            for number in range(2):
                await buy(context, bob, "5.00", id=f"o{number}")
            await eventually(lambda: heard(context, bob.id, ["+250 Points to welcome you"]))
            await eventually(
                lambda: heard(context, ann.id, ["Your friend is in", "+500 Points for your invitation"])
            )
        news = [row.message.data["news"] for row in await context.inbox.since(ann.id, 0, limit=100)]
        assert news == ["REFERRAL_MADE", "REFERRAL_MADE"]
        theirs = [row.message.data["news"] for row in await context.inbox.since(bob.id, 0, limit=100)]
        assert sorted(theirs) == ["EARNED", "EARNED", "REFERRAL_USED"]
