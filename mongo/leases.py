"""Leases: which worker does what, with a fencing number that grows at each change of hands.

Time is the database's own, so that no worker's clock matters. A worker that stalled past its lease may still
believe in it: whatever it writes must carry the fencing number, which the writes of its successor outdo.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from mongo.client import Database, Document
from mongo.faults import store


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do `name`, until it runs out. A later holder has a higher `fence`."""

    name: str
    fence: int


@store
class Leases:
    """The leases of all workers."""

    def __init__(self, database: Database) -> None:
        self._leases = database["leases"]

    async def acquire(self, name: str, holder: str, *, lasting: timedelta) -> Lease | None:
        """The lease, if nobody holds it now. `holder` is only for people who look."""
        free: Document = {"_id": name, "$expr": {"$lte": ["$until", "$$NOW"]}}
        taken: Document = {"fence": {"$add": ["$fence", 1]}, "until": _from_now(lasting), "holder": holder}
        for _ in range(2):
            row = await self._leases.find_one_and_update(
                free, [{"$set": taken}], {"fence": 1}, return_document=ReturnDocument.AFTER
            )
            if row:
                return Lease(name, row["fence"])
            if not await self._begin(name):
                return None
        return None

    async def renew(self, lease: Lease, *, lasting: timedelta) -> bool:
        """Holds on for so long from now; False: another has it."""
        extended = [{"$set": {"until": _from_now(lasting)}}]
        result = await self._leases.update_one({"_id": lease.name, "fence": lease.fence}, extended)
        return result.matched_count == 1

    async def release(self, lease: Lease) -> None:
        """Lets the next one have it at once; nothing happens if another has it already."""
        over = [{"$set": {"until": "$$NOW"}}]
        await self._leases.update_one({"_id": lease.name, "fence": lease.fence}, over)

    async def _begin(self, name: str) -> bool:
        """Makes the document of a lease that nobody ever had; False when it is there."""
        fresh: list[Document] = [
            {"$set": {"fence": {"$ifNull": ["$fence", 0]}, "until": {"$ifNull": ["$until", "$$NOW"]}}}
        ]
        try:
            result = await self._leases.update_one({"_id": name}, fresh, upsert=True)
        except DuplicateKeyError:
            return True
        return result.upserted_id is not None


def _from_now(lasting: timedelta) -> dict[str, Any]:
    milliseconds = lasting // timedelta(milliseconds=1)
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": milliseconds}}
