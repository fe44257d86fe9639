"""Drafts of the programme, each changed by conditional writes alone: one state follows from one other."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pymongo import DESCENDING, IndexModel

from domain.program.versions import Draft, Request, Ruling
from mongo.client import Database, Document
from mongo.faults import store
from mongo.program_documents import draft_content, draft_of, request_document, ruling_document
from mongo.transactions import Session

INDEXES = [IndexModel([("savedAt", DESCENDING), ("_id", DESCENDING)], name="newest")]


class _State(StrEnum):
    """OPEN may be saved anew and asked for; REQUESTED waits for a decision; PUBLISHED is for good."""

    OPEN = "OPEN"
    REQUESTED = "REQUESTED"
    PUBLISHED = "PUBLISHED"


@store
class Drafts:
    """All drafts."""

    def __init__(self, database: Database) -> None:
        self._drafts = database["drafts"]

    async def add(self, draft: Draft) -> None:
        """A new one."""
        document = {"_id": draft.id, "state": _State.OPEN.value, "createdAt": draft.created_at}
        await self._drafts.insert_one(document | draft_content(draft))

    async def save(self, draft: Draft) -> bool:
        """Writes the next revision over the one before; False, and nothing changed, if that is not there, open."""
        query = {"_id": draft.id, "state": _State.OPEN.value, "revision": draft.revision - 1}
        change = {"$set": draft_content(draft), "$unset": {"request": "", "ruling": ""}}
        result = await self._drafts.update_one(query, change)
        return result.modified_count == 1

    async def request(self, id: str, revision: int, request: Request) -> bool:
        """Asks to publish this revision; False, and nothing changed, when it is not there, open."""
        query = {"_id": id, "state": _State.OPEN.value, "revision": revision}
        change: Document = {
            "$set": {"state": _State.REQUESTED.value, "request": request_document(request)},
            "$unset": {"ruling": ""},
        }
        result = await self._drafts.update_one(query, change)
        return result.modified_count == 1

    async def rule(
        self, draft: Draft, ruling: Ruling, version: int | None, session: Session | None = None
    ) -> bool:
        """Decides the request that `draft` has: published as `version`, or open again.

        False, and nothing changed, when it does not wait any more.
        """
        if draft.request is None:
            return False
        query = {"_id": draft.id, "state": _State.REQUESTED.value, "request.key": draft.request.key}
        state = _State.OPEN if version is None else _State.PUBLISHED
        change: Document = {"state": state.value, "ruling": ruling_document(ruling)}
        if version is not None:
            change["version"] = version
        result = await self._drafts.update_one(query, {"$set": change}, session=session)
        return result.modified_count == 1

    async def get(self, id: str) -> Draft | None:
        """One draft."""
        return (await self.get_many([id])).get(id)

    async def get_many(self, ids: Sequence[str]) -> dict[str, Draft]:
        """Drafts by id."""
        rows = await self._drafts.find({"_id": {"$in": list(ids)}}).to_list(None)
        return {row["_id"]: draft_of(row) for row in rows}

    async def page(self, *, first: int, after: tuple[datetime, str] | None = None) -> list[Draft]:
        """At most `first`, the last saved first, behind the cursor `after` = (savedAt, id)."""
        query: Document = {}
        if after:
            moment, id = after
            query["$or"] = [{"savedAt": {"$lt": moment}}, {"savedAt": moment, "_id": {"$lt": id}}]
        sort = [("savedAt", -1), ("_id", -1)]
        rows = await self._drafts.find(query, sort=sort, limit=first).to_list(None)
        return [draft_of(row) for row in rows]
