"""Payments with points: what was set aside for which basket, and what has become of it."""

from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel

from domain.rewards.payment import Part, Payment, Rate, Returned
from mongo.client import Database, Document
from mongo.faults import store
from mongo.transactions import Session

INDEXES = [IndexModel([("member", ASCENDING), ("key", ASCENDING)], name="member_key", unique=True)]


@store
class Payments:
    """All payments. Each change is written beside the entry that moves the points, in one transaction."""

    def __init__(self, database: Database) -> None:
        self._payments = database["payments"]

    async def insert(self, session: Session, payment: Payment) -> None:
        """Writes a new one."""
        await self._payments.insert_one(_document(payment), session=session)

    async def put(self, session: Session, changed: Payment) -> bool:
        """Writes one as changed; False, and nothing written, over any but the revision before."""
        found = {"_id": changed.id, "revision": changed.revision - 1}
        result = await self._payments.replace_one(found, _document(changed), session=session)
        return result.modified_count == 1

    async def get_many(self, ids: Sequence[str], session: Session | None = None) -> dict[str, Payment]:
        """Payments by id."""
        rows = await self._payments.find({"_id": {"$in": list(ids)}}, session=session).to_list(None)
        return {row["_id"]: _payment(row) for row in rows}

    async def by_key(self, member: str, key: str) -> Payment | None:
        """The payment under a member's key."""
        row = await self._payments.find_one({"member": member, "key": key})
        return _payment(row) if row else None


def _document(payment: Payment) -> Document:
    document: Document = {
        "_id": payment.id,
        "member": payment.member,
        "seq": payment.sequence,
        "key": payment.key,
        "points": payment.points,
        "amount": payment.amount,
        "basket": payment.basket,
        "money": payment.money,
        "rate": {"points": payment.rate.points, "minor": payment.rate.minor},
        "expiresAt": payment.expires_at,
        "createdAt": payment.created_at,
        "updatedAt": payment.updated_at,
        "revision": payment.revision,
    }
    rare: Document = {
        "reference": payment.reference,
        "captured": payment.captured,
        "spent": {"points": payment.spent.points, "amount": payment.spent.amount} if payment.spent else None,
        "released": payment.released,
        "returns": [_returned_document(one) for one in payment.returns],
    }
    return document | {name: value for name, value in rare.items() if value}


def _payment(row: Document) -> Payment:
    spent: Any = row.get("spent")
    return Payment(
        id=row["_id"],
        member=row["member"],
        sequence=row["seq"],
        key=row["key"],
        points=row["points"],
        amount=row["amount"],
        basket=row["basket"],
        money=row["money"],
        rate=Rate(row["rate"]["points"], row["rate"]["minor"]),
        expires_at=row["expiresAt"],
        created_at=row["createdAt"],
        updated_at=row["updatedAt"],
        reference=row.get("reference"),
        captured=row.get("captured"),
        spent=Part(spent["points"], spent["amount"]) if spent else None,
        released=row.get("released"),
        returns=tuple(map(_returned, row.get("returns", ()))),
        revision=row["revision"],
    )


def _returned_document(one: Returned) -> Document:
    return {
        "seq": one.sequence,
        "points": one.points,
        "amount": one.amount,
        "extended": one.extended,
        "lost": one.lost,
        "extendedUntil": one.extended_until,
    }


def _returned(row: Document) -> Returned:
    return Returned(row["seq"], row["points"], row["amount"], row["extended"], row["lost"], row["extendedUntil"])
