"""Members hear of their goals from the real followers: within reach, and running out, once each."""

import asyncio
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.inbox.message import NotificationKind
from domain.members.member import Member
from domain.program.rewards import Price, Reward, RewardKind
from domain.rewards.goal import Goal
from mongo.client import Database
from runtime.workers.accounts import AccountsFollower
from runtime.workers.goals import alert_running_out
from runtime.workers.inbox import InboxFollower
from runtime.workers.sweeper import NAME, sweep
from services.context import Context
from services.program.publish_program import publish_program
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.rewards.restock_reward import RestockReward, restock_reward
from services.rewards.set_goal import set_goal
from tests.support.eventually import eventually
from tests.support.people import SUPERVISOR, as_member, buy, enrol
from tests.support.programs import a_program
from tests.support.working import Desk

MUG = Reward("mug", "A mug", RewardKind.GOODS, 100, stock=20, prices=(Price(80, tiers=("silver",)),))
PROGRAM = a_program(rewards=(MUG, Reward("tree", "A tree", RewardKind.DONATION, 150)))


@pytest.fixture(autouse=True)
async def program(context: Context) -> None:
    await publish_program(context, SYSTEM, PROGRAM)


async def told(context: Context, member: Member) -> list[Any]:
    """What was said of goals, oldest first."""
    rows = await context.inbox.since(member.id, 0, limit=100)
    data = [row.message for row in rows if row.message.kind is NotificationKind.REWARD_WITHIN_REACH]
    return [(message.data["reward"], message.data["reason"]) for message in data]


async def heard(context: Context, member: Member, count: int) -> bool:
    """Whether the inbox has so many messages of any kind."""
    return len(await context.inbox.since(member.id, 0, limit=100)) >= count


async def redeem(context: Context, member: Member, code: str, key: str, quantity: int = 1) -> None:
    command = RedeemReward(member.id, code, key, quantity)
    assert isinstance(await redeem_reward(context, as_member(member).actor(), command), Redeemed)


class TestWithinReach:
    async def test_it_is_told_once_by_the_entry_that_brings_the_points(self, context: Context, desk: Desk) -> None:
        ann, bob = await enrol(context, "Ann", "Bob")
        await set_goal(context, ann.id, "mug")
        async with desk.following(InboxFollower(context)):
            await buy(context, ann, "99.00", id="o1")
            await eventually(lambda: heard(context, ann, 1))
            assert await told(context, ann) == []
            await buy(context, ann, "1.00", id="o2")
            await eventually(lambda: heard(context, ann, 3))
            await redeem(context, ann, "mug", "r")
            await buy(context, ann, "200.00", id="o3")
            await buy(context, bob, "500.00", id="o4")
            await eventually(lambda: heard(context, ann, 5))
            await eventually(lambda: heard(context, bob, 1))
        assert await told(context, ann) == [("mug", "WITHIN_REACH")]
        assert await told(context, bob) == []
        goal = (await context.goals.of_members([ann.id]))[ann.id]
        assert goal.reached_at == context.clock()

    async def test_another_goal_is_told_of_for_itself(self, context: Context, desk: Desk) -> None:
        (ann,) = await enrol(context, "Ann")
        await set_goal(context, ann.id, "mug")
        async with desk.following(InboxFollower(context)):
            await buy(context, ann, "100.00", id="o1")
            await eventually(lambda: heard(context, ann, 2))
            await set_goal(context, ann.id, "tree")
            await buy(context, ann, "50.00", id="o2")
            await eventually(lambda: heard(context, ann, 4))
        assert await told(context, ann) == [("mug", "WITHIN_REACH"), ("tree", "WITHIN_REACH")]

    async def test_what_was_within_reach_when_it_was_picked_is_no_news(self, context: Context, desk: Desk) -> None:
        (ann,) = await enrol(context, "Ann")
        await buy(context, ann, "120.00", id="o1")
        goal = await set_goal(context, ann.id, "mug")
        assert isinstance(goal, Goal)
        assert goal.reached_at == context.clock()
        async with desk.following(InboxFollower(context)):
            await buy(context, ann, "50.00", id="o2")
            await eventually(lambda: heard(context, ann, 1))
        assert await told(context, ann) == []


class TestRunningOut:
    async def test_the_sweep_tells_once_before_it_is_gone(
        self, context: Context, desk: Desk, database: Database
    ) -> None:
        ann, bob, cat = await enrol(context, "Ann", "Bob", "Cat")
        await buy(context, cat, "5000.00", id="o1")
        for member, code in ((ann, "mug"), (bob, "tree")):
            await set_goal(context, member.id, code)
        await redeem(context, cat, "mug", "r1", 16)
        assert await alert_running_out(context, context.clock()) == 0
        await redeem(context, cat, "mug", "r2")
        async with desk.following(AccountsFollower(context)):
            lease = await desk.lease(NAME)
            stop = asyncio.Event()
            task = asyncio.create_task(sweep(context, desk.checkpoints, desk.imports, lease, stop))
            try:
                await eventually(lambda: heard(context, ann, 1))
            finally:
                stop.set()
                await task
        assert await told(context, ann) == [("mug", "RUNNING_OUT")]
        command = RestockReward("mug", -1, "Broken", "k")
        await restock_reward(context, SUPERVISOR.actor(), command)
        assert await alert_running_out(context, context.clock()) == 0
        assert await told(context, bob) == []
        assert (await context.goals.of_members([ann.id]))[ann.id].low_at == context.clock()

    async def test_what_is_gone_is_not_running_out(self, context: Context) -> None:
        ann, cat = await enrol(context, "Ann", "Cat")
        await buy(context, cat, "5000.00", id="o1")
        await set_goal(context, ann.id, "mug")
        await redeem(context, cat, "mug", "r", 20)
        assert await alert_running_out(context, context.clock()) == 0

    async def test_both_looks_use_the_index(self, context: Context, database: Database) -> None:
        (ann,) = await enrol(context, "Ann")
        await set_goal(context, ann.id, "mug")
        found = {"notToldLow": True, "reward": {"$in": ["mug"]}}
        plan = await database["goals"].find(found).explain()
        assert plan["queryPlanner"]["winningPlan"]["inputStage"]["indexName"] == "not_told_low"
        assert await context.goals.wished() == ["mug"]
