"""Behaviour events. An event is claimed before it earns, so that it counts once over all members."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pymongo import ASCENDING, IndexModel
from pymongo.errors import BulkWriteError

from mongo.client import Database, Document
from mongo.faults import duplicates_in, store

INDEXES = [
    IndexModel([("occurredAt", ASCENDING), ("_id", ASCENDING)], name="history"),
    IndexModel([("claimedAt", ASCENDING)], name="unfinished", partialFilterExpression={"state": "CLAIMED"}),
]


_IN_ORDER = [("occurredAt", 1), ("_id", 1)]
_WHEN = {"occurredAt": 1}
_PAST = {"member": 1, "occurredAt": 1, "body": 1}


class Past(NamedTuple):
    """A recorded event, for replaying it."""

    id: str
    member: str
    body: dict[str, Any]


class ClaimState(StrEnum):
    """CLAIMED: entries may be missing yet. REFUSED: so are they, until the same event comes again and is accepted.

    DONE: whatever it earned is in the ledger.
    """

    CLAIMED = "CLAIMED"
    REFUSED = "REFUSED"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one event to count. `body` is the event as plain values, to finish or replay it."""

    id: str
    member: str
    input: str
    occurred_at: datetime
    claimed_at: datetime
    body: dict[str, Any]
    effective_at: datetime | None = None
    state: ClaimState = ClaimState.CLAIMED


@store
class Events:
    """The claimed events of all sources."""

    def __init__(self, database: Database) -> None:
        self._events = database["events"]

    async def claim(self, claims: Sequence[Claim]) -> list[Claim | None]:
        """Claims each; None where this call won it, else the claim that stands. One or two round trips."""
        standing: list[Claim | None] = [None] * len(claims)
        try:
            await self._events.insert_many([_document(claim) for claim in claims], ordered=False)
        except BulkWriteError as error:
            lost = [failure["index"] for failure in duplicates_in(error)]
            found = await self.find([claims[index].id for index in lost])
            for index in lost:
                standing[index] = found[claims[index].id]
        return standing

    async def find(self, ids: Sequence[str]) -> dict[str, Claim]:
        """The claims that stand under these ids."""
        rows = await self._events.find({"_id": {"$in": list(ids)}}).to_list(None)
        return {row["_id"]: _claim(row) for row in rows}

    async def finish(self, ids: Sequence[str]) -> None:
        """Marks claims as done: their entries stand."""
        await self._events.update_many({"_id": {"$in": list(ids)}}, {"$set": {"state": ClaimState.DONE.value}})

    async def refuse(self, ids: Sequence[str]) -> None:
        """Marks claims whose award was refused, unless another caller has finished them meanwhile.

        They stand: a part of the award may be posted, and no other event may take the id.
        """
        await self._events.update_many(
            {"_id": {"$in": list(ids)}, "state": ClaimState.CLAIMED.value},
            {"$set": {"state": ClaimState.REFUSED.value}},
        )

    async def first_at(self, begin: datetime | None, until: datetime) -> datetime | None:
        """When the first event of `begin` <= occurredAt < `until` happened; None: there is none."""
        row = await self._events.find_one({"occurredAt": _within(begin, until)}, _WHEN, sort=_IN_ORDER)
        return row["occurredAt"] if row else None

    async def history(
        self, begin: datetime | None, until: datetime, *, claimed_by: datetime, limit: int
    ) -> AsyncIterator[list[Past]]:
        """All events of `begin` <= occurredAt < `until` that had been claimed by then, in the order in which they
        happened, `limit` at most at a time.

        Each page is a query of its own, so that a reader may take its time; what comes in meanwhile is left out.
        """
        known: Document = {"claimedAt": {"$lte": claimed_by}}
        behind: Document = {}
        while True:
            query = {"occurredAt": _within(begin, until), **known, **behind}
            rows = await self._events.find(query, _PAST, sort=_IN_ORDER, limit=limit).to_list(None)
            if rows:
                yield [Past(row["_id"], row["member"], row["body"]) for row in rows]
            if len(rows) < limit:
                return
            begin, last = rows[-1]["occurredAt"], rows[-1]["_id"]
            behind = {"$or": [{"occurredAt": {"$gt": begin}}, {"_id": {"$gt": last}}]}

    async def count_within(self, begin: datetime | None, until: datetime) -> int:
        """How many events happened then, from the index alone."""
        return int(await self._events.count_documents({"occurredAt": _within(begin, until)}))

    async def members_of(self, types: Iterable[str], begin: datetime | None, until: datetime) -> list[str]:
        """The members who have events of these types then. Reads all events of the time, on the server."""
        query = {"occurredAt": _within(begin, until), "body.type": {"$in": list(types)}}
        rows = self._events.aggregate([{"$match": query}, {"$group": {"_id": "$member"}}])
        return [row["_id"] async for row in rows]

    async def unfinished(self, *, before: datetime, limit: int) -> list[Claim]:
        """Claims older than `before` that nobody finished, oldest first."""
        query = {"state": ClaimState.CLAIMED.value, "claimedAt": {"$lt": before}}
        rows = self._events.find(query, sort=[("claimedAt", 1)], limit=limit)
        return [_claim(row) for row in await rows.to_list(None)]


def _within(begin: datetime | None, until: datetime) -> Document:
    return {"$lt": until} if begin is None else {"$gte": begin, "$lt": until}


def _document(claim: Claim) -> Document:
    document = {
        "_id": claim.id,
        "member": claim.member,
        "input": claim.input,
        "occurredAt": claim.occurred_at,
        "claimedAt": claim.claimed_at,
        "effectiveAt": claim.effective_at,
        "state": claim.state.value,
        "body": claim.body,
    }
    return {name: value for name, value in document.items() if value is not None}


def _claim(row: Document) -> Claim:
    return Claim(
        id=row["_id"],
        member=row["member"],
        input=row["input"],
        occurred_at=row["occurredAt"],
        claimed_at=row["claimedAt"],
        body=row["body"],
        effective_at=row.get("effectiveAt"),
        state=ClaimState(row["state"]),
    )
