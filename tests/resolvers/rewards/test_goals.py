"""A member's goal through the API."""

from typing import Any

from domain.members.member import Member
from mongo.client import Database
from resolvers.ids import global_id
from services.context import Context
from tests.resolvers.conftest import Desk, member_id
from tests.support.people import AGENT, as_member, buy
from tests.support.unchanged import unchanged

FIELDS = "goal { reward { code } cost available missing progress reachedAt since }"
SET = f"mutation($input: SetGoalInput!) {{ setGoal(input: $input) {{ {FIELDS} errors {{ code path }} }} }}"


async def set_goal(ask: Desk, member: Member, id: str | None) -> Any:
    return (await ask.data(as_member(member), SET, input={"rewardId": id}))["setGoal"]


class TestSetGoal:
    async def test_it_is_seen_with_what_is_missing_and_can_be_dropped(
        self, context: Context, ask: Desk, ada: Member
    ) -> None:
        await buy(context, ada, "75.00", id="o1")
        answer = await set_goal(ask, ada, global_id("Reward", "coffee"))
        goal = {
            "reward": {"code": "coffee"},
            "cost": 150,
            "available": 75,
            "missing": 75,
            "progress": 0.5,
            "reachedAt": None,
            "since": "2026-06-15T12:00:00.000Z",
        }
        assert answer == {"goal": goal, "errors": []}
        assert await ask.data(as_member(ada), f"{{ me {{ {FIELDS} }} }}") == {"me": {"goal": goal}}
        document = f"query($id: ID!) {{ member(by: {{id: $id}}) {{ {FIELDS} }} }}"
        assert await ask.data(AGENT, document, id=member_id(ada)) == {"member": {"goal": goal}}
        assert await set_goal(ask, ada, None) == {"goal": None, "errors": []}
        assert await ask.data(as_member(ada), f"{{ me {{ {FIELDS} }} }}") == {"me": {"goal": None}}

    async def test_the_same_again_changes_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        first = await set_goal(ask, ada, global_id("Reward", "coffee"))
        async with unchanged(database):
            assert await set_goal(ask, ada, global_id("Reward", "coffee")) == first

    async def test_refusals_change_nothing(
        self, context: Context, ask: Desk, database: Database, ada: Member
    ) -> None:
        await set_goal(ask, ada, global_id("Reward", "coffee"))
        for id in ("", "x", global_id("Reward", "yacht"), member_id(ada)):
            async with unchanged(database):
                answer = await set_goal(ask, ada, id)
            assert answer == {"goal": None, "errors": [{"code": "NOT_FOUND", "path": ["rewardId"]}]}
        await database["members"].update_one({"_id": ada.id}, {"$set": {"status": "FROZEN"}})
        async with unchanged(database):
            answer = await set_goal(ask, ada, None)
        assert answer["errors"] == [{"code": "MEMBER_NOT_ACTIVE", "path": ["rewardId"]}]
