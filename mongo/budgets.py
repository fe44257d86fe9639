"""Budgets: how much of what caps allow everyone together has been used, one row a cap and period."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

from pymongo.errors import BulkWriteError

from mongo.client import Database, Document
from mongo.faults import duplicates_in, store
from mongo.transactions import Session


@dataclass(frozen=True, slots=True)
class UsedBudget:
    """What was used of one cap in one period. `id` is "<cap id>|<period>"."""

    id: str
    used: int


@store
class Budgets:
    """What was used of each; how much there may be is the programme's to say."""

    def __init__(self, database: Database) -> None:
        self._budgets = database["budgets"]

    async def remaining(self, limits: Mapping[str, int]) -> dict[str, int]:
        """What is left of budgets of these limits, by id, at least 0; of one that nobody used yet all of it."""
        rows = await self._budgets.find({"_id": {"$in": list(limits)}}).to_list(None)
        used = {row["_id"]: row["used"] for row in rows}
        return {id: max(limit - used.get(id, 0), 0) for id, limit in limits.items()}

    async def used(self, ids: Iterable[str]) -> dict[str, int]:
        """What was used of budgets, by id; those that were not begun are left out."""
        rows = await self._budgets.find({"_id": {"$in": list(ids)}}).to_list(None)
        return {row["_id"]: row["used"] for row in rows}

    async def begin(self, ids: Iterable[str]) -> None:
        """Makes the rows that are missing: `take` moves only what is there."""
        rows: list[Document] = [{"_id": id, "used": 0} for id in dict.fromkeys(ids)]
        try:
            await self._budgets.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            duplicates_in(error)  # those were there; anything else is raised

    async def take(self, session: Session, id: str, points: int, limit: int) -> bool:
        """Uses `points` in the transaction; False, and nothing used, when fewer are left or the row is not begun.

        The limit is in the write's own condition, so that no race can overrun it.
        """
        found = {"_id": id, "used": {"$lte": limit - points}}
        result = await self._budgets.update_one(found, {"$inc": {"used": points}}, session=session)
        return result.modified_count == 1

    async def give_back(self, session: Session, id: str, points: int) -> bool:
        """Gives `points` back in the transaction; False, and nothing changed, when fewer were used."""
        found = {"_id": id, "used": {"$gte": points}}
        result = await self._budgets.update_one(found, {"$inc": {"used": -points}}, session=session)
        return result.modified_count == 1

    async def all(self) -> AsyncIterator[UsedBudget]:
        """Every budget, by id."""
        async for row in self._budgets.find({}).sort("_id", 1):
            yield UsedBudget(row["_id"], row["used"])
