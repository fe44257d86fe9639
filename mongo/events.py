"""Behaviour events. An event is claimed before it earns, so that it counts once over all members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import BulkWriteError

from mongo.client import Database, Document
from mongo.faults import duplicates_in, store

INDEXES = [
    IndexModel([("claimedAt", ASCENDING)], name="unfinished", partialFilterExpression={"state": "CLAIMED"}),
]


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

    async def unfinished(self, *, before: datetime, limit: int) -> list[Claim]:
        """Claims older than `before` that nobody finished, oldest first."""
        query = {"state": ClaimState.CLAIMED.value, "claimedAt": {"$lt": before}}
        rows = self._events.find(query, sort=[("claimedAt", 1)], limit=limit)
        return [_claim(row) for row in await rows.to_list(None)]


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
