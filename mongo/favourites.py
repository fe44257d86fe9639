"""Which rewards members have marked."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from mongo.client import Database, Document
from mongo.faults import store

INDEXES = [
    IndexModel([("member", ASCENDING), ("at", DESCENDING), ("reward", ASCENDING)], name="member_newest"),
    IndexModel([("reward", ASCENDING)], name="not_told_low", partialFilterExpression={"notToldLow": True}),
]


@store
class Favourites:
    """One row for each member and reward."""

    def __init__(self, database: Database) -> None:
        self._favourites = database["favourites"]

    async def add(self, member: str, reward: str, at: datetime) -> None:
        """Marks it; what was marked before keeps its time."""
        row: Document = {"member": member, "reward": reward, "at": at, "notToldLow": True}
        await self._favourites.update_one({"_id": f"{member}|{reward}"}, {"$setOnInsert": row}, upsert=True)

    async def remove(self, member: str, reward: str) -> None:
        """Unmarks it, marked or not."""
        await self._favourites.delete_one({"_id": f"{member}|{reward}"})

    async def wished(self) -> list[str]:
        """The rewards that somebody has marked who was not told that they run out, by one index."""
        rows = await self._favourites.aggregate(
            [{"$match": {"notToldLow": True}}, {"$group": {"_id": "$reward"}}], hint="not_told_low"
        ).to_list(None)
        return [row["_id"] for row in rows]

    async def not_told_low(self, rewards: Sequence[str], *, limit: int) -> list[tuple[str, str, datetime]]:
        """At most `limit` members and rewards among these that they marked, when, and were not told run out."""
        found = {"notToldLow": True, "reward": {"$in": list(rewards)}}
        rows = self._favourites.find(found, limit=limit).hint("not_told_low")
        return [(row["member"], row["reward"], row["at"]) for row in await rows.to_list(None)]

    async def told_low(self, told: Sequence[tuple[str, str, datetime]]) -> None:
        """Notes that these members were told of these rewards."""
        ids = [f"{member}|{reward}" for member, reward, _ in told]
        await self._favourites.update_many({"_id": {"$in": ids}}, {"$unset": {"notToldLow": ""}})

    async def has(self, member: str, reward: str) -> bool:
        """Whether it is marked."""
        return await self._favourites.find_one({"_id": f"{member}|{reward}"}, {"_id": 1}) is not None

    async def count(self, member: str) -> int:
        """How many the member has marked."""
        return await self._favourites.count_documents({"member": member})

    async def of_members(self, members: Sequence[str]) -> dict[str, frozenset[str]]:
        """All that each has marked, in one query; those who have marked nothing are left out."""
        rows = await self._favourites.find({"member": {"$in": list(members)}}, {"member": 1, "reward": 1}).to_list(
            None
        )
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row["member"], set()).add(row["reward"])
        return {member: frozenset(rewards) for member, rewards in found.items()}

    async def page(
        self, member: str, *, first: int, after: tuple[datetime, str] | None = None
    ) -> list[tuple[str, datetime]]:
        """Newest first, at most `first`, behind the cursor `after` = (marked at, reward)."""
        query: Document = {"member": member}
        if after:
            at, reward = after
            query["$or"] = [{"at": {"$lt": at}}, {"at": at, "reward": {"$gt": reward}}]
        rows = self._favourites.find(query, sort=[("at", -1), ("reward", 1)], limit=first)
        return [(row["reward"], row["at"]) for row in await rows.to_list(None)]
