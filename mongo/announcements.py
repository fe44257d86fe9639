"""Announcements: made once a key, sent by whoever holds the lease, stopped by anybody who may, at any time."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.actors import Actor
from domain.alerts.announcement import Announcement, AnnouncementState, Audience, Sending
from domain.alerts.template import WordsOf
from mongo.client import Database, Document
from mongo.faults import store
from mongo.program_documents import actor_of, actor_pair

INDEXES = [
    IndexModel([("key", ASCENDING)], name="key", unique=True),
    IndexModel([("state", ASCENDING), ("sendAt", ASCENDING), ("_id", ASCENDING)], name="due"),
    IndexModel([("madeAt", DESCENDING), ("_id", DESCENDING)], name="newest"),
]
_STOPPED, _SENDING = AnnouncementState.STOPPED.value, AnnouncementState.SENDING.value


@store
class Announcements:
    """All that were made."""

    def __init__(self, database: Database) -> None:
        self._announcements = database["announcements"]

    async def add(self, announcement: Announcement) -> Announcement:
        """A new one, or the one that stands under its key."""
        try:
            await self._announcements.insert_one(_document(announcement))
        except DuplicateKeyError:
            standing = await self.by_key(announcement.key)
            if standing is None:
                raise
            return standing
        return announcement

    async def by_key(self, key: str) -> Announcement | None:
        """The one that was made under a key."""
        row = await self._announcements.find_one({"key": key})
        return _announcement(row) if row else None

    async def get(self, id: str) -> Announcement | None:
        """One of them."""
        row = await self._announcements.find_one({"_id": id})
        return _announcement(row) if row else None

    async def page(self, *, first: int, after: tuple[datetime, str] | None = None) -> list[Announcement]:
        """The newest first, at most `first` behind `after` = (made, id)."""
        query: Document = {}
        if after:
            made_at, id = after
            query = {
                "madeAt": {"$lte": made_at},
                "$or": [{"madeAt": {"$lt": made_at}}, {"madeAt": made_at, "_id": {"$lt": id}}],
            }
        rows = self._announcements.find(query, sort=[("madeAt", -1), ("_id", -1)], limit=first)
        return [_announcement(row) for row in await rows.to_list(None)]

    async def take(self, fence: int, *, now: datetime) -> Announcement | None:
        """The one whose time came first, for the holder of the lease with this number; None: there is none.

        One that a holder before has left half sent goes on where it stands.
        """
        left: Document = {"state": _SENDING, "fence": {"$lte": fence}}
        due: Document = {"state": AnnouncementState.SCHEDULED.value, "sendAt": {"$lte": now}}
        row = await self._announcements.find_one_and_update(
            {"$or": [left, due]},
            {"$set": {"state": _SENDING, "fence": fence}, "$min": {"startedAt": now}},
            sort=[("sendAt", 1), ("_id", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return _announcement(row) if row else None

    async def advance(self, id: str, fence: int, cursor: str, *, looked_at: int, told: int, members: int) -> bool:
        """Notes that so many more were looked at and told, up to the id `cursor`.

        False, and nothing noted: someone has stopped it, or another holder has it.
        """
        change: Document = {
            "$set": {"cursor": cursor, "members": members},
            "$inc": {"lookedAt": looked_at, "told": told},
        }
        result = await self._announcements.update_one(_held(id, fence), change)
        return result.matched_count == 1

    async def finish(self, id: str, fence: int, *, now: datetime) -> bool:
        """It is sent; False, and nothing changed, unless it still is under this number."""
        change = {"$set": {"state": AnnouncementState.SENT.value, "finishedAt": now}}
        return (await self._announcements.update_one(_held(id, fence), change)).modified_count == 1

    async def stop(self, id: str, *, by: Actor, now: datetime) -> Announcement | None:
        """Stops it, once; as it stands then. None: there is none of that id."""
        change = {"$set": {"state": _STOPPED, "stoppedBy": actor_pair(by), "stoppedAt": now}}
        await self._announcements.update_one({"_id": id, "state": {"$ne": _STOPPED}}, change)
        return await self.get(id)

    async def stopped(self, ids: Collection[str], *, now: datetime) -> frozenset[str]:
        """Those of which nothing more is to leave the house: stopped, or at their end."""
        over: list[Document] = [{"state": _STOPPED}, {"endsAt": {"$lte": now}}]
        rows = self._announcements.find({"_id": {"$in": list(ids)}, "$or": over}, {"_id": 1})
        return frozenset([row["_id"] async for row in rows])


def _held(id: str, fence: int) -> Document:
    return {"_id": id, "state": _SENDING, "fence": fence}


def _document(announcement: Announcement) -> Document:
    document: dict[str, Any] = {
        "_id": announcement.id,
        "texts": [{"locale": one.locale, "title": one.title, "body": one.body} for one in announcement.texts],
        "segment": announcement.audience.segment,
        "tier": announcement.audience.tier,
        "sendAt": announcement.send_at,
        "endsAt": announcement.ends_at,
        "madeBy": actor_pair(announcement.made_by),
        "madeAt": announcement.made_at,
        "key": announcement.key,
        "input": announcement.input,
        "state": announcement.state.value,
    }
    return {name: value for name, value in document.items() if value is not None}


def _announcement(row: Document) -> Announcement:
    return Announcement(
        id=row["_id"],
        texts=tuple(WordsOf(one["locale"], one["title"], one["body"]) for one in row["texts"]),
        audience=Audience(row.get("segment"), row.get("tier")),
        send_at=row["sendAt"],
        ends_at=row.get("endsAt"),
        made_by=actor_of(row["madeBy"]),
        made_at=row["madeAt"],
        key=row["key"],
        input=row["input"],
        state=AnnouncementState(row["state"]),
        sending=_sending(row),
        stopped_by=actor_of(row["stoppedBy"]) if "stoppedBy" in row else None,
        stopped_at=row.get("stoppedAt"),
    )


def _sending(row: Document) -> Sending:
    return Sending(
        cursor=row.get("cursor", ""),
        members=row.get("members"),
        looked_at=row.get("lookedAt", 0),
        told=row.get("told", 0),
        started_at=row.get("startedAt"),
        finished_at=row.get("finishedAt"),
    )
