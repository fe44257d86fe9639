"""Checkpoints: how far each worker has come. Only the holder of the newest fencing number can save one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from mongo.client import Database, Document
from mongo.faults import store
from mongo.leases import Lease


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was saved last under `name`, and when; `value` is empty before the first time."""

    name: str
    value: Mapping[str, Any] = field(default_factory=dict)
    saved_at: datetime | None = None


@store
class Checkpoints:
    """The checkpoints of all workers, each under the name of its lease."""

    def __init__(self, database: Database) -> None:
        self._checkpoints = database["checkpoints"]

    async def claim(self, lease: Lease) -> Checkpoint | None:
        """Shuts out the holders before this one, and answers what was saved; None: a later one has claimed it."""
        try:
            row = await self._checkpoints.find_one_and_update(
                _not_outdone(lease),
                {"$set": {"fence": lease.fence}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:  # the document is there, under a higher number
            return None
        return _checkpoint(row)

    async def save(self, lease: Lease, value: Mapping[str, Any], *, now: datetime) -> bool:
        """Saves; False, and nothing changed, when a later holder has claimed the checkpoint."""
        change = {"$set": {"value": dict(value), "savedAt": now}}
        result = await self._checkpoints.update_one({"_id": lease.name, "fence": lease.fence}, change)
        return result.matched_count == 1

    async def get_many(self, names: list[str]) -> dict[str, Checkpoint]:
        """What was saved under these names; those without a checkpoint are left out. Only for looking."""
        rows = await self._checkpoints.find({"_id": {"$in": names}}).to_list(None)
        return {row["_id"]: _checkpoint(row) for row in rows}


def _not_outdone(lease: Lease) -> Document:
    return {"_id": lease.name, "$or": [{"fence": {"$lte": lease.fence}}, {"fence": {"$exists": False}}]}


def _checkpoint(row: Document) -> Checkpoint:
    return Checkpoint(row["_id"], row.get("value", {}), row.get("savedAt"))
