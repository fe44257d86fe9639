"""Notes: free text of staff and members, which may be personal, so it lives beside the ledger and never in it."""

from collections.abc import Sequence
from datetime import datetime

from domain.actors import Actor
from mongo.client import Database
from mongo.faults import store
from mongo.transactions import Session


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
