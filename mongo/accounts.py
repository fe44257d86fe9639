"""The projection of the ledger by member: the state after the newest entry. Derived, never the truth."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.errors import BulkWriteError

from domain.ledger.canonical import state_from_plain, state_to_plain
from domain.ledger.entry import Entry
from domain.ledger.state import State, next_expiry
from mongo.client import Database, Document
from mongo.faults import duplicates_in, store

INDEXES = [
    # By member within a date: at the end of a month nearly all are due at one instant.
    IndexModel(
        [("nextExpiry", ASCENDING), ("_id", ASCENDING)],
        name="due",
        partialFilterExpression={"nextExpiry": {"$exists": True}},
    ),
    IndexModel([("lifetime", DESCENDING), ("_id", ASCENDING)], name="lifetime"),
    IndexModel([("year", DESCENDING), ("yearValue", DESCENDING), ("_id", ASCENDING)], name="year"),
]


@dataclass(frozen=True, slots=True)
class Projected:
    """A member's newest state as the follower has seen it."""

    member: str
    seq: int
    state: State


@store
class Accounts:
    """The projected accounts of all members."""

    def __init__(self, database: Database) -> None:
        self._accounts = database["accounts"]

    async def put_newest(self, entries: Sequence[Entry], *, currency: str) -> None:
        """Projects the newest entry of each member; one that is not newer than what stands is dropped.

        `currency` is the one that the lifetime board goes by.
        """
        newest = {entry.member: entry for entry in sorted(entries, key=lambda entry: entry.seq)}
        if not newest:
            return
        try:
            await self._accounts.bulk_write([_update(e, currency) for e in newest.values()], ordered=False)
        except BulkWriteError as error:
            # The filter asks for a lower seq; where a higher one stands, the upsert meets its _id.
            duplicates_in(error)

    async def get_many(self, members: Sequence[str]) -> dict[str, Projected]:
        """Projections by member."""
        rows = await self._accounts.find({"_id": {"$in": list(members)}}).to_list(None)
        return {row["_id"]: _projected(row) for row in rows}

    async def due(self, before: datetime, *, after: tuple[datetime, str] | None, limit: int) -> list[Projected]:
        """Members with a lot that expires before `before`, soonest first: time is in proportion to them."""
        query: Document = {"nextExpiry": {"$lt": before}}
        if after:
            moment, member = after
            query["$or"] = [{"nextExpiry": {"$gt": moment}}, {"nextExpiry": moment, "_id": {"$gt": member}}]
        rows = self._accounts.find(query, sort=[("nextExpiry", 1), ("_id", 1)], limit=limit)
        return [_projected(row) for row in await rows.to_list(None)]

    async def top(self, *, year: str | None, start: int, count: int) -> list[tuple[str, int]]:
        """A leaderboard's rows from `start`: by lifetime earned, or by what qualified in `year`; ties by id."""
        query, field = _listed(year)
        rows = self._accounts.find(query, {field: 1}, sort=[(field, -1), ("_id", 1)], skip=start, limit=count)
        return [(row["_id"], row[field]) for row in await rows.to_list(None)]

    async def rank(self, member: str, *, year: str | None) -> tuple[int, int] | None:
        """The member's rank from 1 in the order of `top`, and value; None for one who is not listed."""
        query, field = _listed(year)
        row = await self._accounts.find_one(query | {"_id": member}, {field: 1})
        if row is None:
            return None
        value: int = row[field]
        ahead = [{field: {"$gt": value}}, {field: value, "_id": {"$lt": member}}]
        return await self._accounts.count_documents(query | {"$or": ahead}) + 1, value

    async def board(self, year: str | None) -> AsyncIterator[tuple[str, int]]:
        """Every row of the leaderboard that `top` pages through, in no order."""
        query, field = _listed(year)
        async for row in self._accounts.find(query, {field: 1}, batch_size=2_000):
            yield row["_id"], row[field]

    async def all(self) -> AsyncIterator[Projected]:
        """Every projection, by member descending, as `Ledger.all` has them."""
        async for row in self._accounts.find({}, batch_size=2_000).sort("_id", -1):
            yield _projected(row)

    async def drop(self) -> None:
        """Throws the projection away; only to rebuild it."""
        await self._accounts.delete_many({})


def _listed(year: str | None) -> tuple[Document, str]:
    """Who stands on the leaderboard of a year (None: of all times), and the field it goes by."""
    return ({"year": year}, "yearValue") if year else ({}, "lifetime")


def _update(entry: Entry, currency: str) -> UpdateOne:
    year = max(entry.after.qualifying, default=None)
    document: Document = {
        "seq": entry.seq,
        "after": state_to_plain(entry.after),
        "lifetime": entry.after.account(currency).earned,
    }
    removed = {}
    optional: dict[str, Any] = {
        "nextExpiry": next_expiry(entry.after),
        "year": year,
        "yearValue": entry.after.qualifying[year] if year else None,
    }
    for name, value in optional.items():
        if value is None:
            removed[name] = ""
        else:
            document[name] = value
    change: Document = {"$set": document}
    if removed:
        change["$unset"] = removed
    return UpdateOne({"_id": entry.member, "seq": {"$lt": entry.seq}}, change, upsert=True)


def _projected(row: Document) -> Projected:
    return Projected(row["_id"], row["seq"], state_from_plain(row["after"]))
