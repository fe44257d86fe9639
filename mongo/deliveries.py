"""Deliveries: each message on its way to each address, under a key of its own that stands once.

They are planned by inserts that change nothing when they come again, and changed only as they were read, under the
number of the worker's lease: whoever was overtaken changes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError

from domain.alerts.channel import Channel
from domain.alerts.delivery import Delivery, DeliveryState, Step
from mongo.client import Database, Document
from mongo.delivery_documents import change_to, delivery_of, document_of
from mongo.faults import duplicates_in, store

CHUNK = 500
_WAITING: Document = {"state": DeliveryState.WAITING.value}
_BEGUN: Document = {"bookedAt": {"$exists": True}}
INDEXES = [
    IndexModel([("provider", ASCENDING), ("nextAt", ASCENDING)], name="waiting", partialFilterExpression=_WAITING),
    IndexModel([("lane", ASCENDING), ("seq", ASCENDING)], name="lane", partialFilterExpression=_WAITING),
    IndexModel(
        [("member", ASCENDING), ("channel", ASCENDING), ("bookedAt", ASCENDING)],
        name="begun",
        partialFilterExpression=_BEGUN,
    ),
    IndexModel([("member", ASCENDING), ("seq", DESCENDING), ("_id", DESCENDING)], name="member_newest"),
    IndexModel([("state", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)], name="state_newest"),
]


class Overtaken(Exception):
    """A worker of a higher number has been at what this one had: whatever this one still does is not saved."""


@dataclass(frozen=True, slots=True)
class Change:
    """A delivery as it was read or booked, what becomes of it, and what its history says of that."""

    was: Delivery
    becomes: Delivery
    step: Step | None = None


@store
class Deliveries:
    """All deliveries."""

    def __init__(self, database: Database) -> None:
        self._deliveries = database["deliveries"]

    async def plan_many(self, deliveries: Sequence[Delivery]) -> int:
        """Files deliveries; those that stand already stay as they are. How many are new.

        Raises StoreUnavailable when an outcome is unknown: planning the same again is safe.
        """
        new = 0
        for start in range(0, len(deliveries), CHUNK):
            documents = [document_of(delivery) for delivery in deliveries[start : start + CHUNK]]
            new += len(documents)
            try:
                await self._deliveries.insert_many(documents, ordered=False)
            except BulkWriteError as error:
                new -= len(duplicates_in(error))
        return new

    async def any_due(self, providers: Collection[str], now: datetime) -> bool:
        """Whether one of these providers has anything to be looked at by now."""
        query = _WAITING | {"provider": {"$in": list(providers)}, "nextAt": {"$lte": now}}
        return await self._deliveries.find_one(query, {"_id": 1}) is not None

    async def providers_due(self, now: datetime) -> list[str]:
        """Whose deliveries wait to be looked at by now. It reads all of them: ask seldom."""
        found: list[str] = await self._deliveries.distinct("provider", _WAITING | {"nextAt": {"$lte": now}})
        return sorted(found)

    async def due(
        self, provider: str, now: datetime, *, limit: int, besides: Collection[str] = ()
    ) -> list[Delivery]:
        """What is to be looked at by now, the longest overdue first; nothing of the lanes `besides`."""
        query = _WAITING | {"provider": provider, "nextAt": {"$lte": now}}
        if besides:
            query["lane"] = {"$nin": list(besides)}
        rows = self._deliveries.find(query, sort=[("nextAt", 1)], limit=limit)
        return [delivery_of(row) for row in await rows.to_list(None)]

    async def heads(self, lanes: Collection[str]) -> dict[str, Delivery]:
        """The first of each lane that waits; what a digest may still put together is before nobody."""
        first: Document = {"$or": [{"bundle": {"$exists": False}}, {"attempts": {"$gt": 0}}]}
        pipeline: list[Document] = [
            {"$match": _WAITING | {"lane": {"$in": list(lanes)}} | first},
            {"$sort": {"lane": 1, "seq": 1}},
            {"$group": {"_id": "$lane", "first": {"$first": "$$ROOT"}}},
        ]
        rows = await self._deliveries.aggregate(pipeline, hint="lane").to_list(None)
        return {row["_id"]: delivery_of(row["first"]) for row in rows}

    async def waiting_bundled(self, lanes: Collection[str]) -> list[Delivery]:
        """Of these lanes what was never begun and a digest may put together, in the order of the lanes."""
        query = _WAITING | {"lane": {"$in": list(lanes)}, "bundle": {"$exists": True}, "attempts": 0}
        rows = self._deliveries.find(query, sort=[("lane", 1), ("seq", 1)], hint="lane")
        return [delivery_of(row) for row in await rows.to_list(None)]

    async def begun_since(self, pairs: Collection[tuple[str, Channel]], since: datetime) -> list[Delivery]:
        """What was sent, or begun and not given up, to these members on these channels after `since`, without its
        history."""
        if not pairs:
            return []
        members: dict[Channel, set[str]] = {}
        for member, channel in pairs:
            members.setdefault(channel, set()).add(member)
        alive = {"$in": [DeliveryState.SENT.value, DeliveryState.WAITING.value]}
        found: list[Delivery] = []
        for channel, ids in members.items():
            named = {"member": {"$in": list(ids)}, "channel": channel.value, "bookedAt": {"$gt": since}}
            rows = self._deliveries.find(named | {"state": alive}, {"steps": 0}, hint="begun")
            found += [delivery_of(row) for row in await rows.to_list(None)]
        return found

    async def book_many(self, changes: Sequence[Change], fence: int) -> list[Delivery]:
        """Begins attempts, before they are made; those that were as they were read, as they are now.

        Raises Overtaken when a worker of a higher number has been at one of them.
        """
        changes = [replace(change, becomes=replace(change.becomes, fence=fence)) for change in changes]
        done = await self._change(changes, fence)
        return [change.becomes for change in changes if change.was.id in done]

    async def settle_many(self, changes: Sequence[Change], fence: int) -> frozenset[str]:
        """Writes what came of deliveries; the ids of those that were as they were read or booked.

        Raises Overtaken when a worker of a higher number has been at one of them; nothing of that one is changed.
        """
        return await self._change(changes, fence)

    async def replay(self, delivery: Delivery, *, now: datetime, until: datetime) -> Delivery | None:
        """Makes a dead one wait again, from its first attempt and until another time; None when it is not dead."""
        becomes = replace(
            delivery, state=DeliveryState.WAITING, why=None, attempts=0, next_at=now, until=until, booked_at=None
        )
        row = await self._deliveries.find_one_and_update(
            {"_id": delivery.id, "state": DeliveryState.DEAD.value},
            change_to(becomes, Step(now, "REPLAYED")),
            return_document=ReturnDocument.AFTER,
        )
        return delivery_of(row) if row else None

    async def get_many(self, ids: Iterable[str]) -> dict[str, Delivery]:
        """Deliveries by id; absent ones are left out."""
        rows = await self._deliveries.find({"_id": {"$in": list(ids)}}).to_list(None)
        return {row["_id"]: delivery_of(row) for row in rows}

    async def of_messages(self, rows: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[Delivery]]:
        """The deliveries of rows of the inbox, by (member, seq); every row is answered."""
        found: dict[tuple[str, int], list[Delivery]] = {row: [] for row in rows}
        if not found:
            return found
        clauses = [{"member": member, "seq": seq} for member, seq in found]
        for row in await self._deliveries.find({"$or": clauses}, sort=[("_id", 1)]).to_list(None):
            found[row["member"], row["seq"]].append(delivery_of(row))
        return found

    async def page_of(self, member: str, *, first: int, after: tuple[int, str] | None = None) -> list[Delivery]:
        """The member's, those of the newest message first, at most `first`, behind the cursor (seq, id)."""
        query: Document = {"member": member}
        if after:
            seq, id = after
            query |= {"seq": {"$lte": seq}, "$or": [{"seq": {"$lt": seq}}, {"_id": {"$lt": id}}]}
        rows = self._deliveries.find(query, sort=[("seq", -1), ("_id", -1)], limit=first)
        return [delivery_of(row) for row in await rows.to_list(None)]

    async def page(
        self, state: DeliveryState, *, first: int, after: tuple[datetime, str] | None = None
    ) -> list[Delivery]:
        """All in a state, newest first, at most `first`, behind the cursor (created_at, id)."""
        query: Document = {"state": state.value}
        if after:
            moment, id = after
            query |= {"createdAt": {"$lte": moment}, "$or": [{"createdAt": {"$lt": moment}}, {"_id": {"$lt": id}}]}
        rows = self._deliveries.find(query, sort=[("createdAt", -1), ("_id", -1)], limit=first)
        return [delivery_of(row) for row in await rows.to_list(None)]

    async def _change(self, changes: Sequence[Change], fence: int) -> frozenset[str]:
        if not changes:
            return frozenset()
        updates = [UpdateOne(_as_it_was(one.was, fence), change_to(one.becomes, one.step)) for one in changes]
        result = await self._deliveries.bulk_write(updates, ordered=False)
        if result.matched_count == len(changes):
            return frozenset(change.was.id for change in changes)
        return await self._which(changes, fence)

    async def _which(self, changes: Sequence[Change], fence: int) -> frozenset[str]:
        """Which of the changes were made, seen from what stands now."""
        stand = await self.get_many(change.was.id for change in changes)
        if any((one.fence or 0) > fence for one in stand.values()):
            raise Overtaken(f"the number {fence}")
        done = (change for change in changes if _stands(change.becomes, stand.get(change.was.id)))
        return frozenset(change.was.id for change in done)


def _as_it_was(delivery: Delivery, fence: int) -> Document:
    named = {"_id": delivery.id, "attempts": delivery.attempts, "nextAt": delivery.next_at}
    return _WAITING | named | {"$or": [{"fence": {"$lte": fence}}, {"fence": None}]}


def _stands(wanted: Delivery, stands: Delivery | None) -> bool:
    return stands is not None and replace(wanted, steps=()) == replace(stands, steps=())
