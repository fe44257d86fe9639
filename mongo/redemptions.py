"""Redemptions: what members got for their points."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument

from domain.ledger.entry import Entry
from domain.rewards.codes import bare
from domain.rewards.guards import Recent
from domain.rewards.redemption import Redemption, RedemptionStatus
from mongo.client import Database, Document
from mongo.entry_documents import entry_of
from mongo.faults import store
from mongo.redemption_documents import document_of, redemption_of, voucher_document
from mongo.transactions import Session

_UNTOLD = "untold"
INDEXES = [
    IndexModel([("member", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)], name="member_newest"),
    IndexModel([("member", ASCENDING), ("key", ASCENDING)], name="member_key", unique=True),
    IndexModel(
        [("vouchers.bare", ASCENDING)],
        name="vouchers_bare",
        unique=True,
        partialFilterExpression={"vouchers.bare": {"$exists": True}},
    ),
    # Sparse and not partial: a partial one is not taken for what is asked of one element.
    IndexModel([("vouchers.expiresAt", ASCENDING)], name="vouchers_end", sparse=True),
    IndexModel(
        [("reviewUntil", ASCENDING)],
        name="in_review",
        partialFilterExpression={"status": RedemptionStatus.IN_REVIEW.value},
    ),
    IndexModel([("untold", ASCENDING)], name=_UNTOLD, partialFilterExpression={"untold.0": {"$exists": True}}),
    IndexModel([("status", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)], name="status_newest"),
    IndexModel(
        [("reward", ASCENDING), ("status", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)],
        name="reward_status_newest",
    ),
]

# No character sorts behind it, so that a prefix is a plain range.
_LAST = "\U0010ffff"


@store
class Redemptions:
    """All redemptions."""

    def __init__(self, database: Database) -> None:
        self._redemptions = database["redemptions"]

    async def insert(self, session: Session, redemption: Redemption) -> None:
        """Writes a redemption beside its entry, in their transaction."""
        await self._redemptions.insert_one(document_of(redemption), session=session)

    async def put(self, session: Session | None, changed: Redemption) -> bool:
        """Writes a redemption as changed, in the transaction; False, and nothing written, over any but the
        revision before."""
        result = await self._redemptions.replace_one(_before(changed), document_of(changed), session=session)
        return result.modified_count == 1

    async def put_use(self, changed: Redemption) -> bool:
        """Writes the use of a voucher; False, and nothing written, unless it has the revision before that."""
        change: Document = {
            "vouchers": [voucher_document(voucher) for voucher in changed.vouchers],
            "status": changed.status.value,
            "updatedAt": changed.updated_at,
            "revision": changed.revision,
        }
        result = await self._redemptions.update_one(_before(changed), {"$set": change})
        return result.modified_count == 1

    async def give_back(
        self, session: Session, id: str, *, member: str, sequence: int, points: int, at: datetime
    ) -> Redemption | None:
        """Counts points that were given back, beside their entry; with the last of them it is CANCELLED, and its
        vouchers are void.

        Unless it was handed out or used: that stays so. Only for the redemption whose debit the entry `sequence`
        is; answers it as it is then.
        """
        open = [RedemptionStatus.IN_REVIEW.value, RedemptionStatus.ISSUED.value]
        cancels = {"$and": [{"$gte": ["$returned", "$points"]}, {"$in": ["$status", open]}]}
        void: Document = {
            "$map": {
                "input": {"$ifNull": ["$vouchers", []]},
                "in": {"$mergeObjects": ["$$this", {"voidAt": at}]},
            }
        }
        told: Document = {"$concatArrays": [{"$ifNull": ["$untold", []]}, [RedemptionStatus.CANCELLED.value]]}
        change: list[Document] = [
            {
                "$set": {
                    "returned": {"$add": [{"$ifNull": ["$returned", 0]}, points]},
                    "revision": {"$add": [{"$ifNull": ["$revision", 0]}, 1]},
                }
            },
            {"$set": {"cancels": cancels}},
            {
                "$set": {
                    "status": {"$cond": ["$cancels", RedemptionStatus.CANCELLED.value, "$status"]},
                    "updatedAt": {"$cond": ["$cancels", at, "$updatedAt"]},
                    "vouchers": {"$cond": ["$cancels", void, "$vouchers"]},
                    "untold": {"$cond": ["$cancels", told, "$untold"]},
                }
            },
            {"$unset": "cancels"},
        ]
        debit = [{"seq": sequence, "captured": None}, {"captured": sequence}]
        named: Document = {"_id": id, "member": member, "$or": debit}
        row = await self._redemptions.find_one_and_update(
            named, change, session=session, return_document=ReturnDocument.AFTER
        )
        return redemption_of(row) if row else None

    async def overdue(self, now: datetime, *, limit: int) -> list[Redemption]:
        """At most `limit` that are IN_REVIEW though their time to be decided is over, the oldest first."""
        query = {"status": RedemptionStatus.IN_REVIEW.value, "reviewUntil": {"$lte": now}}
        rows = await self._redemptions.find(query, sort=[("reviewUntil", 1)], limit=limit).to_list(None)
        return [redemption_of(row) for row in rows]

    async def since(self, member: str, moment: datetime) -> list[Redemption]:
        """The member's of after `moment`, in any state, newest first."""
        query = {"member": member, "createdAt": {"$gt": moment}}
        rows = await self._redemptions.find(query).sort("createdAt", -1).to_list(None)
        return [redemption_of(row) for row in rows]

    async def recent(self, member: str, moment: datetime) -> list[Recent]:
        """What guards ask of the member's since `moment`, without those that were cancelled."""
        query = {
            "member": member,
            "createdAt": {"$gt": moment},
            "status": {"$ne": RedemptionStatus.CANCELLED.value},
        }
        asked = {"_id": 0, "createdAt": 1, "points": 1, "seq": 1}
        rows = await self._redemptions.find(query, asked).to_list(None)
        return [Recent(row["createdAt"], row["points"], row["seq"]) for row in rows]

    async def by_code(self, code: str) -> Redemption | None:
        """The redemption that has the voucher of this code, however it is typed."""
        row = await self._redemptions.find_one({"vouchers.bare": bare(code)})
        return redemption_of(row) if row else None

    async def untold(self, *, limit: int) -> list[Redemption]:
        """At most `limit` of which their member is still to be told something."""
        found = self._redemptions.find({"untold.0": {"$exists": True}}, limit=limit, hint=_UNTOLD)
        rows = await found.to_list(None)
        return [redemption_of(row) for row in rows]

    async def told(self, id: str, words: Sequence[str]) -> None:
        """Notes that the member was told these."""
        await self._redemptions.update_one({"_id": id}, {"$pullAll": {"untold": list(words)}})

    async def codes_among(self, codes: Sequence[str]) -> set[str]:
        """Which of these codes, as `bare` has them, are those of vouchers."""
        query = {"vouchers.bare": {"$in": list(codes)}}
        rows = await self._redemptions.find(query, {"vouchers.bare": 1}).to_list(None)
        return {voucher["bare"] for row in rows for voucher in row["vouchers"]}.intersection(codes)

    async def ending(self, after: datetime, before: datetime) -> AsyncIterator[Redemption]:
        """Those with an unused voucher that ends between the two, both exclusive; cancelled ones too."""
        unused = {"usedAt": None, "expiresAt": {"$gt": after, "$lt": before}}
        async for row in self._redemptions.find({"vouchers": {"$elemMatch": unused}}):
            yield redemption_of(row)

    async def by_key(self, member: str, key: str) -> Redemption | None:
        """The redemption under a member's key."""
        row = await self._redemptions.find_one({"member": member, "key": key})
        return redemption_of(row) if row else None

    async def beginning(self, members: Sequence[str], prefix: str) -> dict[str, list[Redemption]]:
        """By member their redemptions whose keys begin so, oldest first; those who have none are left out."""
        query = {"member": {"$in": list(members)}, "key": {"$gte": prefix, "$lt": prefix + _LAST}}
        found: dict[str, list[Redemption]] = {}
        for row in await self._redemptions.find(query).to_list(None):
            found.setdefault(row["member"], []).append(redemption_of(row))
        return {member: sorted(some, key=lambda one: one.sequence) for member, some in found.items()}

    async def get_many(self, ids: Sequence[str]) -> dict[str, Redemption]:
        """Redemptions by id."""
        rows = await self._redemptions.find({"_id": {"$in": list(ids)}}).to_list(None)
        return {row["_id"]: redemption_of(row) for row in rows}

    async def of_everyone(
        self,
        *,
        first: int,
        now: datetime,
        after: tuple[datetime, str] | None = None,
        status: RedemptionStatus | None = None,
        rewards: Sequence[str] | None = None,
    ) -> list[Redemption]:
        """Of all members, newest first, at most `first`, behind the cursor `after` = (createdAt, id).

        `status` is the one at `now`; `rewards` None: of any.
        """
        # Every status is named, so that an index gives the order.
        query = _standing(status, now) or {"status": {"$in": [each.value for each in RedemptionStatus]}}
        clauses = [query]
        if rewards is not None:
            clauses.append({"reward": {"$in": list(rewards)}})
        if after:
            moment, id = after
            clauses.append({"$or": [{"createdAt": {"$lt": moment}}, {"createdAt": moment, "_id": {"$lt": id}}]})
        sort = [("createdAt", -1), ("_id", -1)]
        rows = await self._redemptions.find({"$and": clauses}, sort=sort, limit=first).to_list(None)
        return [redemption_of(row) for row in rows]

    async def page(
        self,
        member: str,
        *,
        first: int,
        now: datetime,
        after: tuple[datetime, str] | None = None,
        status: RedemptionStatus | None = None,
    ) -> list[tuple[Redemption, Entry | None]]:
        """The member's, newest first, at most `first`, behind the cursor `after` = (createdAt, id).

        `status` is the one at `now`. Each comes with the entry that took its points, in the same round trip.
        """
        query: Document = {"member": member} | _standing(status, now)
        if after:
            moment, id = after
            query["$or"] = [{"createdAt": {"$lt": moment}}, {"createdAt": moment, "_id": {"$lt": id}}]
        pipeline: list[Document] = [
            {"$match": query},
            {"$sort": {"createdAt": -1, "_id": -1}},
            {"$limit": first},
            _with_entry(member),
        ]
        rows = await self._redemptions.aggregate(pipeline).to_list(None)
        return [(redemption_of(row), next(map(entry_of, row["entries"]), None)) for row in rows]


def _before(changed: Redemption) -> Document:
    """What a redemption is that was to be changed so, while nobody else has changed it."""
    revision = changed.revision - 1
    # Those of before there were revisions have none.
    return {"_id": changed.id, "revision": revision if revision else {"$in": [0, None]}}


def _standing(status: RedemptionStatus | None, now: datetime) -> Document:
    """As `Redemption.status_at` has it."""
    issued = {"status": RedemptionStatus.ISSUED.value}
    open = {"$elemMatch": {"usedAt": None, "$or": [{"expiresAt": None}, {"expiresAt": {"$gt": now}}]}}
    unused = {"$elemMatch": {"usedAt": None}}
    lapsed = [issued, {"vouchers": unused}, {"vouchers": {"$not": open}}]
    if status is RedemptionStatus.ISSUED:
        return {"$and": [issued, {"$nor": [{"$and": lapsed}]}]}
    if status is RedemptionStatus.EXPIRED:
        return {"$and": [{"$or": [{"status": status.value}, {"$and": lapsed}]}]}
    return {"status": status.value} if status else {}


def _with_entry(member: str) -> Document:
    # The member is said again, so that the look-up is one step in the index of (member, seq) for each row.
    return {
        "$lookup": {
            "from": "entries",
            "localField": "seq",
            "foreignField": "seq",
            "pipeline": [{"$match": {"member": member}}],
            "as": "entries",
        }
    }
