"""Notes: free text of staff and members, which may be personal, so it lives beside the ledger and never in it."""

from collections.abc import Sequence
from datetime import datetime

from domain.actors import Actor
from mongo.client import Database
from mongo.faults import store
from mongo.transactions import Session

# No character sorts behind it, so that a prefix is a plain range.
_LAST = "\U0010ffff"


@store
class Notes:
    """One note a member and key, the key of the entry or approval that it explains."""

    def __init__(self, database: Database) -> None:
        self._notes = database["notes"]

    async def put(
        self, member: str, key: str, text: str, *, by: Actor, at: datetime, session: Session | None = None
    ) -> None:
        """Keeps the note; the one that stands under the key stays."""
        note = {"member": member, "text": text, "by": [by.kind.value, by.id], "at": at}
        await self._notes.update_one(
            {"_id": f"{member}|{key}"}, {"$setOnInsert": note}, upsert=True, session=session
        )

    async def get_many(self, slots: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The texts under these members and keys; absent ones are left out."""
        ids = {f"{member}|{key}": (member, key) for member, key in slots}
        rows = await self._notes.find({"_id": {"$in": list(ids)}}, {"text": 1}).to_list(None)
        return {ids[row["_id"]]: row["text"] for row in rows}

    async def beginning(self, members: Sequence[str], prefix: str) -> dict[str, dict[str, str]]:
        """By member and key the texts under keys that begin so; members who have none are left out."""
        starts = [f"{member}|{prefix}" for member in members]
        if not starts:
            return {}
        clauses = [{"_id": {"$gte": start, "$lt": start + _LAST}} for start in starts]
        found: dict[str, dict[str, str]] = {}
        async for row in self._notes.find({"$or": clauses}, {"member": 1, "text": 1}):
            found.setdefault(row["member"], {})[row["_id"].partition("|")[2]] = row["text"]
        return found
