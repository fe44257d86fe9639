"""The in-app inbox: messages a member can read, gapless from 1 a member, each under a stable key.

A row is written once; only its being read changes it afterwards, once, and that it was routed to other channels:
until then it says that it was not, which makes the inbox the outbox of everything that leaves the house.
"""

import asyncio
import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import BulkWriteError

from domain.inbox.message import InboxRow, Message
from mongo.client import Database, Document
from mongo.faults import Contention, duplicates_in, store
from mongo.inbox_documents import document_of, row_of

SEQUENCE = "member_sequence"
MAX_ATTEMPTS = 40
CHUNK = 500
INDEXES = [
    IndexModel([("member", ASCENDING), ("seq", DESCENDING)], name=SEQUENCE, unique=True),
    IndexModel([("member", ASCENDING), ("key", ASCENDING)], name="member_key", unique=True),
    IndexModel(
        [("member", ASCENDING), ("unread", ASCENDING), ("seq", DESCENDING)],
        name="unread",
        partialFilterExpression={"unread": True},
    ),
    IndexModel([("createdAt", ASCENDING)], name="unrouted", partialFilterExpression={"unrouted": True}),
]


class Unrouted(NamedTuple):
    """A row that nobody has routed yet; `token` names it to `Inbox.routed`, and to nobody else."""

    row: InboxRow
    token: object


@store
class Inbox:
    """The inboxes of all members."""

    def __init__(self, database: Database) -> None:
        self._inbox = database["inbox"]

    async def put_many(self, messages: Sequence[Message]) -> list[InboxRow]:
        """Puts messages, a member's in the order given; the rows that are new, since a key stands only once.

        Raises StoreUnavailable when an outcome is unknown: putting the same messages again is safe.
        """
        rows: list[InboxRow] = []
        for start in range(0, len(messages), CHUNK):
            rows += await self._put(messages[start : start + CHUNK])
        return rows

    async def page_with_unread(
        self, member: str, *, first: int, before: int | None = None, unread_only: bool = False
    ) -> tuple[list[InboxRow], int]:
        """Newest first, at most `first`, with seq below `before`; and how many of all rows are unread."""
        pipeline: list[Document] = [
            {"$match": _query(member, before, unread_only)},
            {"$sort": {"seq": -1}},
            {"$limit": first},
            {"$unionWith": {"coll": self._inbox.name, "pipeline": _count_unread(member)}},
        ]
        found = await self._inbox.aggregate(pipeline).to_list(None)
        counts = [row["count"] for row in found if "count" in row]
        rows = [row_of(row) for row in found if "count" not in row]
        # A union promises no order.
        return sorted(rows, key=lambda row: -row.seq), sum(counts)

    async def since(self, member: str, seq: int, *, limit: int) -> list[InboxRow]:
        """The member's rows after `seq`, oldest first, at most `limit`."""
        rows = self._inbox.find({"member": member, "seq": {"$gt": seq}}, sort=[("seq", 1)], limit=limit)
        return [row_of(row) for row in await rows.to_list(None)]

    async def last_seq(self, member: str) -> int:
        """The sequence of the member's newest row; 0 when there is none."""
        return (await self._last_seqs([member])).get(member, 0)

    async def unread_count(self, members: Sequence[str]) -> dict[str, int]:
        """How many rows each of these members has not read."""
        pipeline: list[Document] = [
            {"$match": {"member": {"$in": list(members)}, "unread": True}},
            {"$group": {"_id": "$member", "count": {"$sum": 1}}},
        ]
        found = {row["_id"]: row["count"] async for row in self._inbox.aggregate(pipeline)}
        return {member: found.get(member, 0) for member in members}

    async def mark_read(self, member: str, seqs: Sequence[int] | None, *, now: datetime) -> list[InboxRow]:
        """Marks rows as read: these, or (None) all that are unread; the rows meant, newest first.

        A row that was read before keeps its first time.
        """
        unread = {"member": member, "unread": True}
        if seqs is None:
            seqs = [row["seq"] async for row in self._inbox.find(unread, {"seq": 1})]
        meant = {"seq": {"$in": list(seqs)}}
        await self._inbox.update_many(unread | meant, {"$set": {"readAt": now}, "$unset": {"unread": ""}})
        rows = self._inbox.find({"member": member} | meant, sort=[("seq", -1)])
        return [row_of(row) for row in await rows.to_list(None)]

    async def get_many(self, ids: Iterable[tuple[str, int]]) -> dict[tuple[str, int], InboxRow]:
        """Rows by (member, seq); absent ones are left out."""
        clauses = [{"member": member, "seq": seq} for member, seq in ids]
        if not clauses:
            return {}
        rows = [row_of(row) for row in await self._inbox.find({"$or": clauses}).to_list(None)]
        return {row.id: row for row in rows}

    async def unrouted(self, *, limit: int) -> list[Unrouted]:
        """Rows of which nobody has said yet that they were routed, the oldest first, at most `limit`."""
        rows = self._inbox.find({"unrouted": True}, sort=[("createdAt", 1)], limit=limit)
        return [Unrouted(row_of(row), row["_id"]) for row in await rows.to_list(None)]

    async def routed(self, rows: Iterable[Unrouted]) -> None:
        """Says that these rows were routed: whatever follows from them stands."""
        await self._inbox.update_many({"_id": {"$in": [one.token for one in rows]}}, {"$unset": {"unrouted": ""}})

    async def _put(self, messages: Sequence[Message]) -> list[InboxRow]:
        """At most one row a member a round: of a batch in which one failed, the next would tear the sequence."""
        written: list[InboxRow] = []
        waiting = await self._unput(messages)
        for attempt in range(MAX_ATTEMPTS + len(messages)):
            if not waiting:
                return written
            turn = {message.member: message for message in reversed(waiting)}
            last = await self._last_seqs(list(turn))
            rows = [InboxRow(message, last.get(member, 0) + 1) for member, message in turn.items()]
            lost = await self._insert(rows)
            written += [row for row in rows if row.message not in lost]
            again = await self._unput(lost) if lost else []
            waiting = [one for one in waiting if turn[one.member] is not one or one in again]
            if again:
                await asyncio.sleep(random.uniform(0, min(0.1, 0.001 * 2 ** min(attempt, 10))))
        raise Contention("others kept writing the member's next row")

    async def _insert(self, rows: Sequence[InboxRow]) -> list[Message]:
        """Inserts rows of distinct members; the messages that met another row."""
        try:
            await self._inbox.insert_many([document_of(row) | {"unrouted": True} for row in rows], ordered=False)
        except BulkWriteError as error:
            return [rows[failure["index"]].message for failure in duplicates_in(error)]
        return []

    async def _unput(self, messages: Sequence[Message]) -> list[Message]:
        """Those whose key does not stand yet, each once."""
        wanted: dict[str, list[str]] = {}
        for message in messages:
            wanted.setdefault(message.member, []).append(message.key)
        clauses = [{"member": member, "key": {"$in": keys}} for member, keys in wanted.items()]
        if not clauses:
            return []
        rows = self._inbox.find({"$or": clauses}, {"_id": 0, "member": 1, "key": 1})
        seen = {(row["member"], row["key"]) for row in await rows.to_list(None)}
        fresh: dict[tuple[str, str], Message] = {}
        for message in messages:
            if (message.member, message.key) not in seen:
                fresh.setdefault((message.member, message.key), message)
        return list(fresh.values())

    async def _last_seqs(self, members: Sequence[str]) -> dict[str, int]:
        pipeline: list[Document] = [
            {"$match": {"member": {"$in": list(members)}}},
            {"$sort": {"member": 1, "seq": -1}},
            {"$group": {"_id": "$member", "seq": {"$first": "$seq"}}},
        ]
        rows = self._inbox.aggregate(pipeline, hint=SEQUENCE)
        return {row["_id"]: row["seq"] for row in await rows.to_list(None)}


def _query(member: str, before: int | None, unread_only: bool) -> Document:
    query: Document = {"member": member}
    if unread_only:
        query["unread"] = True
    if before is not None:
        query["seq"] = {"$lt": before}
    return query


def _count_unread(member: str) -> list[Document]:
    return [{"$match": {"member": member, "unread": True}}, {"$count": "count"}]
