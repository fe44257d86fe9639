"""Entries: append and read. Nothing here updates or deletes one."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any

from bson import MaxKey, MinKey
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import BulkWriteError

from domain.ledger.entry import Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.root import Tip
from domain.ledger.statement import Total
from domain.time import MILLISECOND
from mongo.client import Database, Document
from mongo.entry_documents import (
    HEAD_FIELDS,
    Unreadable,
    document_of,
    entry_of,
    entry_or_unreadable,
    head_of,
)
from mongo.faults import duplicates_in, store
from mongo.transactions import Session

SEQUENCE = "member_sequence"
RARE = "member_rarer_kinds"
MARKS = "member_marks"
_COMMON = (EntryKind.EARN, EntryKind.PENDING, EntryKind.RELEASE, EntryKind.REDEEM, EntryKind.EXPIRE)
_RARE = sorted(set(EntryKind) - set(_COMMON))
INDEXES = [
    IndexModel([("member", ASCENDING), ("seq", DESCENDING)], name=SEQUENCE, unique=True),
    IndexModel([("member", ASCENDING), ("key", ASCENDING)], name="member_key", unique=True),
    # Most entries reverse nothing and take no room in it.
    IndexModel(
        [("member", ASCENDING), ("reverses", ASCENDING)],
        name="member_reverses",
        partialFilterExpression={"reverses": {"$exists": True}},
    ),
    # Few entries change a tier.
    IndexModel(
        [("member", ASCENDING), ("seq", DESCENDING)],
        name=MARKS,
        partialFilterExpression={"changes.tier": {"$exists": True}},
    ),
    # Over all kinds it would cost every insert a seventh more; what is common is found by walking the sequence.
    IndexModel(
        [("member", ASCENDING), ("kind", ASCENDING), ("seq", DESCENDING)],
        name=RARE,
        partialFilterExpression={"kind": {"$in": [kind.value for kind in _RARE]}},
    ),
]
_AT_ONCE = 500
_LAST: Any = MaxKey()
_PROBES = 32
_WALK = 256

_CAME = ("earned", "reinstated", "adjusted", "received")
_WENT = ("redeemed", "expired", "reversed", "sent")
_WAITED = {"$map": {"input": {"$ifNull": ["$changes.pending", []]}, "in": {"$arrayElemAt": ["$$this", 2]}}}
_SUMS: Document = {name: f"$changes.{name}" for name in (*_CAME, *_WENT, "debt")} | {
    "points": "$points",
    "pending": {"$sum": _WAITED},
}


@store
class Ledger:
    """The entries of all members."""

    def __init__(self, database: Database) -> None:
        self._entries = database["entries"]

    async def heads(self, members: Sequence[str], session: Session | None = None) -> dict[str, Head]:
        """The newest entry of each member as a head; an empty head for members without entries.

        One DISTINCT_SCAN over the sequence index: two keys a member, however long the history.
        """
        pipeline: list[Document] = [
            {"$match": {"member": {"$in": list(members)}}},
            {"$sort": {"member": 1, "seq": -1}},
            {"$group": {"_id": "$member"} | {name: {"$first": f"${name}"} for name in HEAD_FIELDS}},
        ]
        found = self._entries.aggregate(pipeline, hint=SEQUENCE, session=session)
        heads = {row["_id"]: head_of(row) for row in await found.to_list(None)}
        return {member: heads.get(member) or Head(member) for member in members}

    async def head(self, member: str, session: Session | None = None) -> Head:
        """The newest entry of one member as a head."""
        row = await self._entries.find_one({"member": member}, sort=[("seq", -1)], session=session)
        return head_of(row | {"_id": member}) if row else Head(member)

    async def by_keys(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        """The entries that stand under (member, key) pairs."""
        wanted: dict[str, list[str]] = {}
        for member, key in keys:
            wanted.setdefault(member, []).append(key)
        if not wanted:
            return {}
        clauses = [{"member": member, "key": {"$in": names}} for member, names in wanted.items()]
        rows = await self._entries.find({"$or": clauses} if len(clauses) > 1 else clauses[0]).to_list(None)
        return {(row["member"], row["key"]): entry_of(row) for row in rows}

    async def families(self, slots: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Entry]]:
        """The entries of each (member, stem) whose keys are the stem, a "#" and anything else; oldest first."""
        wanted = set(slots)
        clauses = [{"member": member, "key": {"$gte": f"{stem}#", "$lt": f"{stem}$"}} for member, stem in wanted]
        if not clauses:
            return {}
        rows = await self._entries.find({"$or": clauses} if len(clauses) > 1 else clauses[0]).to_list(None)
        found: dict[tuple[str, str], list[Entry]] = {}
        for row in sorted(rows, key=lambda row: row["seq"]):
            # What follows may have a "#" itself: then it belongs to a longer stem.
            slot = (row["member"], row["key"].rpartition("#")[0])
            if slot in wanted:
                found.setdefault(slot, []).append(entry_of(row))
        return found

    async def append(self, entries: Sequence[Entry]) -> list[bool]:
        """Insert entries of distinct members in one unordered batch; for each, whether it stands now.

        One that does not lost a race: another took its sequence or its key. Raises StoreUnavailable when the
        outcome is unknown.
        """
        stands = [True] * len(entries)
        try:
            await self._entries.insert_many([document_of(entry) for entry in entries], ordered=False)
        except BulkWriteError as error:
            for failure in duplicates_in(error):
                stands[failure["index"]] = False
        return stands

    async def append_in(self, session: Session, entries: Sequence[Entry]) -> None:
        """Insert members' next entries, in this order, inside a transaction."""
        await self._entries.insert_many([document_of(entry) for entry in entries], session=session)

    async def get_many(self, ids: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Entry]:
        """Entries by (member, seq); absent ones are left out."""
        return {(row["member"], row["seq"]): entry_of(row) for row in await self._rows_of(ids, "seq")}

    async def page(
        self,
        member: str,
        *,
        first: int,
        before: int | None = None,
        kinds: Sequence[EntryKind] = (),
        currency: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Entry]:
        """Newest first, at most `first`, with seq below `before`; `since` ≤ effectiveAt < `until`."""
        after, last = await self.span(member, since, until)
        bounds = {"$gt": after, "$lte": last, "$lt": before}
        query: Document = {"member": member}
        if seq := {name: value for name, value in bounds.items() if value is not None}:
            query["seq"] = seq
        if currency:
            query["currency"] = currency
        index = SEQUENCE
        if kinds and set(kinds) <= set(_RARE):
            # A clause a kind, or the server does not see that the index has them all.
            query, index = {"$or": [query | {"kind": kind.value} for kind in kinds]}, RARE
        elif kinds:
            query["kind"] = {"$in": [kind.value for kind in kinds]}
        rows = self._entries.find(query, sort=[("seq", -1)], limit=first, hint=index)
        return [entry_of(row) for row in await rows.to_list(None)]

    async def marks(self, member: str, *, first: int, before: int | None = None) -> list[Entry]:
        """The entries that say a tier, newest first, at most `first`, with seq below `before`."""
        query: Document = {"member": member, "changes.tier": {"$exists": True}}
        if before is not None:
            query["seq"] = {"$lt": before}
        rows = self._entries.find(query, sort=[("seq", -1)], limit=first, hint=MARKS)
        return [entry_of(row) for row in await rows.to_list(None)]

    async def span(
        self, member: str, since: datetime | None, until: datetime | None
    ) -> tuple[int | None, int | None]:
        """The sequences of `since` ≤ effectiveAt < `until`: those after the first number and up to the second."""
        after = await self._last_by(member, _just_before(since)) if since else None
        return after, await self._last_by(member, _just_before(until)) if until else None

    async def head_as_of(self, member: str, at: datetime) -> Head:
        """The head as it stood at `at`: the newest entry with effectiveAt ≤ `at`. Reads as `span` does."""
        newest = await self._entries.find_one({"member": member}, sort=[("seq", -1)])
        if newest is None or newest["effectiveAt"] <= at:
            return head_of(newest | {"_id": member}) if newest else Head(member)
        row = await self._newest_by(member, at, newest["seq"])
        return head_of(row | {"_id": member}) if row else Head(member)

    async def _rows_of(self, ids: Iterable[tuple[str, int]], field: str) -> list[Document]:
        """The rows of members whose `field` is one of the numbers, a clause a member."""
        wanted: dict[str, list[int]] = {}
        for member, number in ids:
            wanted.setdefault(member, []).append(number)
        clauses = [{"member": member, field: {"$in": numbers}} for member, numbers in wanted.items()]
        if not clauses:
            return []
        return await self._entries.find({"$or": clauses} if len(clauses) > 1 else clauses[0]).to_list(None)

    async def _last_by(self, member: str, at: datetime) -> int:
        """The sequence of the newest entry with effectiveAt ≤ `at`; 0 for none."""
        fields = {"seq": 1, "effectiveAt": 1}
        newest = await self._entries.find_one({"member": member}, fields, sort=[("seq", -1)])
        if newest is None or newest["effectiveAt"] <= at:
            return newest["seq"] if newest else 0
        row = await self._newest_by(member, at, newest["seq"], fields)
        return row["seq"] if row else 0

    async def _newest_by(
        self, member: str, at: datetime, below: int, fields: Document | None = None
    ) -> Document | None:
        """The newest entry below the sequence `below` with effectiveAt ≤ `at`.

        Sequences are gapless and effectiveAt never falls along them, so that a few probes cut a history of any
        length down to what a walk takes: no index by time is needed, which would cost every insert an eighth more.
        """
        low = 0
        while below - low > _WALK:
            step = -(-(below - low) // _PROBES)
            probes = {"member": member, "seq": {"$in": list(range(low + step, below, step))}}
            found = await self._entries.find(probes, {"seq": 1, "effectiveAt": 1}).to_list(None)
            low = max((row["seq"] for row in found if row["effectiveAt"] <= at), default=low)
            below = min((row["seq"] for row in found if row["effectiveAt"] > at), default=below)
        query = {"member": member, "seq": {"$gte": low, "$lt": below}, "effectiveAt": {"$lte": at}}
        return await self._entries.find_one(query, fields, sort=[("seq", -1)], hint=SEQUENCE)

    async def since(
        self, member: str, seq: int, *, until: int | None = None, currency: str | None = None, first: int = 0
    ) -> list[Entry]:
        """The member's entries after `seq` (up to `until`; of a currency; the `first` few), oldest first."""
        query: Document = {"member": member, "seq": {"$gt": seq} if until is None else {"$gt": seq, "$lte": until}}
        if currency:
            query["currency"] = currency
        rows = self._entries.find(query, sort=[("seq", 1)], limit=first, hint=SEQUENCE)
        return [entry_of(row) for row in await rows.to_list(None)]

    async def totals(self, member: str, after: int, last: int, *, currency: str) -> dict[EntryKind, Total]:
        """What the entries after one sequence and up to another come to, kind by kind."""
        pipeline: list[Document] = [
            {"$match": {"member": member, "seq": {"$gt": after, "$lte": last}, "currency": currency}},
            {
                "$group": {"_id": "$kind", "count": {"$sum": 1}}
                | {name: {"$sum": sum} for name, sum in _SUMS.items()}
            },
        ]
        rows = await self._entries.aggregate(pipeline, hint=SEQUENCE).to_list(None)
        return {EntryKind(row["_id"]): _total(row) for row in rows}

    async def reversing(self, ids: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[Entry]]:
        """For each (member, seq) the entries that reverse, release, capture or void it, oldest first."""
        found: dict[tuple[str, int], list[Entry]] = {}
        for row in await self._rows_of(ids, "reverses"):
            found.setdefault((row["member"], row["reverses"]), []).append(entry_of(row))
        return {id: sorted(entries, key=lambda entry: entry.seq) for id, entries in found.items()}

    async def has(self, member: str, seq: int) -> bool:
        """Whether there is such an entry, readable or not."""
        return await self._entries.find_one({"member": member, "seq": seq}, {"_id": 1}) is not None

    async def all(self, low: str = "", high: str | None = None) -> AsyncIterator[Entry | Unreadable]:
        """Every entry of members from `low` up to `high`, by member descending and then oldest first.

        A stream of flat memory.
        """
        # Read against the index's order, which has each member's newest first.
        cursor = self._entries.find(_members(low, high)).sort([("member", -1), ("seq", 1)]).hint(SEQUENCE)
        async for row in _each(cursor):
            yield entry_or_unreadable(row)

    async def from_seq(self, member: str, seq: int) -> AsyncIterator[Entry | Unreadable]:
        """The member's entries from `seq` on, oldest first, in a stream of flat memory."""
        cursor = self._entries.find({"member": member, "seq": {"$gte": seq}}).sort([("member", -1), ("seq", 1)])
        async for row in _each(cursor.hint(SEQUENCE)):
            yield entry_or_unreadable(row)

    async def tips(self, low: str, high: str | None) -> list[Tip]:
        """The newest entries of members from `low` up to `high`, sorted by member; a DISTINCT_SCAN as in `heads`.

        What of an entry is damaged is an empty hash here.
        """
        pipeline: list[Document] = [
            {"$match": _members(low, high)},
            {"$sort": {"member": 1, "seq": -1}},
            {"$group": {"_id": "$member", "seq": {"$first": "$seq"}, "hash": {"$first": "$hash"}}},
        ]
        rows = await self._entries.aggregate(pipeline, hint=SEQUENCE).to_list(None)
        return sorted(Tip(str(row["_id"]), int(row["seq"]), bytes(row["hash"] or b"")) for row in rows)

    async def hashes(self, ids: Iterable[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        """The hashes of entries by (member, seq), as they are stored; absent ones are left out."""
        clauses = [{"member": member, "seq": seq} for member, seq in ids]
        if not clauses:
            return {}
        rows = await self._entries.find({"$or": clauses}, {"member": 1, "seq": 1, "hash": 1}).to_list(None)
        return {(row["member"], row["seq"]): row.get("hash") or b"" for row in rows}

    async def sent(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, int]]:
        """Currency and points that the entries under (member, key) sent to others; absent ones are left out."""
        clauses = [{"member": member, "key": key} for member, key in keys]
        fields = {"member": 1, "key": 1, "currency": 1, "changes.sent": 1}
        rows = await self._entries.find({"$or": clauses}, fields).to_list(None)
        return {(row["member"], row["key"]): (row["currency"], row["changes"].get("sent", 0)) for row in rows}

    async def strangers(self, limit: int) -> list[tuple[object, object]]:
        """Member and seq of entries whose member is no text, which no other reading meets; at most `limit`."""
        beside: list[tuple[Any, Any]] = [(MinKey(), ""), ({}, MaxKey())]  # what BSON sorts before and after texts
        found: list[tuple[object, object]] = []
        for low, high in beside:
            cursor = self._entries.find({}, {"member": 1, "seq": 1}).hint(SEQUENCE).limit(limit)
            cursor = cursor.min([("member", low), ("seq", _LAST)]).max([("member", high), ("seq", _LAST)])
            found += [(row.get("member"), row.get("seq")) for row in await cursor.to_list(limit)]
        return found[:limit]

    async def newest_recorded_at(self) -> datetime | None:
        """When the newest entry of all was written, as near as the order of ids tells; None: there is none."""
        row = await self._entries.find_one({}, {"recordedAt": 1}, sort=[("_id", -1)])
        return row["recordedAt"] if row else None

    async def count(self) -> int:
        """How many entries there are, from the collection's own count."""
        return await self._entries.estimated_document_count()


def _members(low: str, high: str | None) -> Document:
    """Entries of the members from `low` up to, and without, `high`."""
    return {"member": {"$gte": low} if high is None else {"$gte": low, "$lt": high}}


async def _each(cursor: Any) -> AsyncIterator[Document]:
    # In batches: a hop through the event loop for each row would cost more than the row.
    while rows := await cursor.to_list(_AT_ONCE):
        for row in rows:
            yield row


def _total(row: Document) -> Total:
    came, went = (sum(row[name] for name in names) for names in (_CAME, _WENT))
    # As `Changes.held` has it: what came in less what went elsewhere.
    held = came - went - row["points"] - row["pending"]
    return Total(row["count"], row["points"], row["pending"], held, row["debt"])


def _just_before(moment: datetime) -> datetime:
    """A millisecond earlier, within what a calendar can say."""
    first = datetime.min.replace(tzinfo=moment.tzinfo)
    return moment - MILLISECOND if moment - first > MILLISECOND else first
