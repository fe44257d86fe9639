"""How far each import has come, so that an interrupted one goes on there. A hint: imports are idempotent."""

from datetime import datetime

from mongo.client import Database
from mongo.faults import store


@store
class Imports:
    """Progress by a fingerprint of what is imported."""

    def __init__(self, database: Database) -> None:
        self._imports = database["imports"]

    async def line(self, id: str) -> int:
        """The line up to which everything was taken or rejected; 0 for an import unknown or complete."""
        row = await self._imports.find_one({"_id": id, "complete": False})
        return int(row["line"]) if row else 0

    async def reached(self, id: str, line: int, *, now: datetime) -> None:
        """Notes that everything up to `line` is done."""
        change = {"$set": {"line": line, "complete": False, "updatedAt": now}, "$setOnInsert": {"startedAt": now}}
        await self._imports.update_one({"_id": id}, change, upsert=True)

    async def complete(self, id: str, *, now: datetime) -> None:
        """Notes that the whole import is done: the next one of the same starts at the beginning."""
        change = {"$set": {"complete": True, "updatedAt": now}, "$setOnInsert": {"startedAt": now}}
        await self._imports.update_one({"_id": id}, change, upsert=True)

    async def begun(self, id: str, *, now: datetime) -> tuple[datetime, bool]:
        """When the import of that name was first begun (now, if never), and whether it was completed since."""
        change = {"$setOnInsert": {"startedAt": now, "line": 0, "complete": False}}
        await self._imports.update_one({"_id": id}, change, upsert=True)
        row = await self._imports.find_one({"_id": id})
        if row is None:
            return now, False
        return row["startedAt"], bool(row["complete"])
