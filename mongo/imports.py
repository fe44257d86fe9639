"""How far each import has come, so that an interrupted one goes on there. A hint: imports are idempotent."""

from dataclasses import dataclass
from datetime import datetime

from pymongo import ReturnDocument

from mongo.client import Database, Document
from mongo.faults import store


@dataclass(frozen=True, slots=True)
class Begun:
    """An import that was begun: when first, up to which line all is done, and whether all of it ever was."""

    started_at: datetime
    line: int
    complete: bool


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
        change = {"$set": {"complete": True, "updatedAt": now}, "$setOnInsert": {"startedAt": now, "line": 0}}
        await self._imports.update_one({"_id": id}, change, upsert=True)

    async def under_way(self, *, since: datetime) -> bool:
        """Whether an import that is not complete has said since then that it goes on."""
        row = await self._imports.find_one({"complete": False, "updatedAt": {"$gte": since}}, {"_id": 1})
        return row is not None

    async def begin(self, id: str, *, now: datetime) -> Begun:
        """The import of that name as it stands, begun at `now` if it never was."""
        change = {"$setOnInsert": {"startedAt": now, "line": 0, "complete": False}}
        row = await self._imports.find_one_and_update(
            {"_id": id}, change, upsert=True, return_document=ReturnDocument.AFTER
        )
        return _begun(row)

    async def get(self, id: str) -> Begun | None:
        """The import of that name as it stands; None if it was never begun."""
        row = await self._imports.find_one({"_id": id})
        return _begun(row) if row else None


def _begun(row: Document) -> Begun:
    return Begun(row["startedAt"], row["line"], row["complete"])
