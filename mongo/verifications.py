"""Runs of `verify`: what each has found so far, so that a stopped one goes on; and what has changed since."""

import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bson import ObjectId
from pymongo import ReturnDocument

from mongo.client import Database, Document
from mongo.faults import store

SKEW = timedelta(minutes=10)
"""Further than the clocks of two writers ever differ."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Run:
    """A run that was begun: when, how many ranges it has, and which of them are done.

    `token` is its own: what another run of the name has left or goes on leaving is not taken for its own.
    """

    id: str
    token: str
    started_at: datetime
    ranges: int
    listed: bool
    done: frozenset[int]


class Changed(NamedTuple):
    """A member with new entries, and the sequence of the first of them."""

    member: str
    first: int


@store
class Verifications:
    """The runs that are not finished."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._runs = database["verifications"]
        self._entries = database["entries"]

    async def begin(self, id: str, *, ranges: int, now: datetime) -> Run:
        """The run of that name as it stands; begun at `now`, in so many ranges, if it never was."""
        begun = {"token": secrets.token_hex(8), "startedAt": now, "ranges": ranges, "listed": False}
        row = await self._runs.find_one_and_update(
            {"_id": id}, {"$setOnInsert": begun}, upsert=True, return_document=ReturnDocument.AFTER
        )
        parts = await self._runs.find(_parts(id, row["token"]), {"index": 1}).to_list(None)
        done = frozenset(part["index"] for part in parts)
        return Run(id, row["token"], row["startedAt"], row["ranges"], row["listed"], done)

    async def stands(self, id: str, token: str) -> bool:
        """Whether the run goes on: it has not ended, and was not forgotten."""
        return await self._runs.find_one({"_id": id, "token": token}, {"_id": 1}) is not None

    async def save(self, id: str, token: str, index: int, report: Mapping[str, Any]) -> None:
        """Keeps what was found in a range: it is done."""
        part = {"_id": f"{id}/{token}/{index}", "index": index, "report": dict(report)}
        await self._runs.replace_one({"_id": part["_id"]}, part, upsert=True)

    async def reports(self, id: str, token: str) -> AsyncIterator[Mapping[str, Any]]:
        """What was found in each range that is done."""
        async for part in self._runs.find(_parts(id, token)):
            yield part["report"]

    async def discard(self, id: str) -> None:
        """Forgets the run, and what others of the name have left."""
        await self._runs.delete_one({"_id": id})
        await self._runs.delete_many(_under(f"{id}/"))
        await self._database[_list_of(id)].drop()

    async def list_changed(self, id: str, since: datetime) -> None:
        """Lists, for `changed`, the members who have entries since then. Time is in proportion to these entries.

        Goes by the time in the entries' own ids, which is that of the clock of the process that wrote them, and
        begins earlier than asked by more than two clocks differ: a few too many do no harm. The server makes the
        list and keeps it, so that its length costs nobody memory.
        """
        pipeline: list[Document] = [
            {"$match": {"_id": {"$gte": ObjectId.from_datetime(since - SKEW)}}},
            {"$group": {"_id": "$member", "first": {"$min": "$seq"}}},
            {"$out": _list_of(id)},
        ]
        await self._entries.aggregate(pipeline, allowDiskUse=True, hint="_id_").to_list(None)
        await self._runs.update_one({"_id": id}, {"$set": {"listed": True}})

    async def changed(self, id: str, low: str, high: str | None) -> AsyncIterator[Changed]:
        """The listed members from `low` up to `high`."""
        span = {"$gte": low} if high is None else {"$gte": low, "$lt": high}
        cursor = self._database[_list_of(id)].find({"_id": span}).sort("_id", 1)
        while rows := await cursor.to_list(_AT_ONCE):
            for row in rows:
                yield Changed(row["_id"], row["first"])


def _parts(id: str, token: str) -> Document:
    return _under(f"{id}/{token}/")


def _under(path: str) -> Document:
    return {"_id": {"$gt": path, "$lt": f"{path[:-1]}0"}}  # 0 comes next after the slash


def _list_of(id: str) -> str:
    return f"verifications.{id}"
