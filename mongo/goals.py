"""The goals of members, one each."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from domain.rewards.goal import Goal
from mongo.client import Database, Document
from mongo.faults import store

INDEXES = [
    IndexModel([("reward", ASCENDING)], name="not_told_low", partialFilterExpression={"notToldLow": True}),
]


@store
class Goals:
    """A row for each member who has a goal."""

    def __init__(self, database: Database) -> None:
        self._goals = database["goals"]

    async def put(self, goal: Goal) -> None:
        """Makes it the member's goal; one of the same reward stays as it is."""
        row: Document = {
            "id": goal.id,
            "reward": goal.reward,
            "setAt": goal.set_at,
            "reachedAt": goal.reached_at,
            "lowAt": goal.low_at,
            "notToldLow": True,
        }
        other = {"_id": goal.member, "reward": {"$ne": goal.reward}}
        try:
            await self._goals.update_one(other, {"$set": row}, upsert=True)
        except DuplicateKeyError:
            # It is that reward already, or another was picked at the same moment: the later one counts.
            await self._goals.update_one(other, {"$set": row})

    async def remove(self, member: str) -> None:
        """The member has none."""
        await self._goals.delete_one({"_id": member})

    async def of_members(self, members: Sequence[str]) -> dict[str, Goal]:
        """By member, in one query; those who have none are left out."""
        rows = await self._goals.find({"_id": {"$in": list(members)}}).to_list(None)
        return {row["_id"]: _goal(row) for row in rows}

    async def reached(self, goal: Goal, at: datetime) -> None:
        """Notes when its points were there first; only once."""
        found = {"_id": goal.member, "id": goal.id, "reachedAt": None}
        await self._goals.update_one(found, {"$set": {"reachedAt": at}})

    async def wished(self) -> list[str]:
        """The rewards that are somebody's goal who was not told that it runs out, by one index."""
        rows = await self._goals.aggregate(
            [{"$match": {"notToldLow": True}}, {"$group": {"_id": "$reward"}}], hint="not_told_low"
        ).to_list(None)
        return [row["_id"] for row in rows]

    async def not_told_low(self, rewards: Sequence[str], *, limit: int) -> list[Goal]:
        """At most `limit` goals of these rewards whose members were not told that it runs out."""
        found = {"notToldLow": True, "reward": {"$in": list(rewards)}}
        rows = await self._goals.find(found, limit=limit).hint("not_told_low").to_list(None)
        return [_goal(row) for row in rows]

    async def told_low(self, goals: Sequence[Goal], at: datetime) -> None:
        """Notes that these members were told."""
        found = {"_id": {"$in": [goal.member for goal in goals]}, "id": {"$in": [goal.id for goal in goals]}}
        await self._goals.update_many(found, {"$set": {"lowAt": at}, "$unset": {"notToldLow": ""}})


def _goal(row: Document) -> Goal:
    return Goal(row["id"], row["_id"], row["reward"], row["setAt"], row["reachedAt"], row["lowAt"])
