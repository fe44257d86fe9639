"""The catalog's own rows: which rewards are listed and since when, what is left of each, and what they were.

What a listed reward is the programme says. The content here is for those that no programme in force has any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pymongo import ASCENDING, IndexModel, ReturnDocument, UpdateOne

from domain.program.plain import reward_from_plain, reward_to_plain
from domain.program.program import Program
from domain.program.rewards import Reward
from mongo.client import Database, Document
from mongo.faults import store
from mongo.transactions import Session

INDEXES = [
    IndexModel([("listed", ASCENDING), ("stock", ASCENDING)], name="listed_stock"),
    IndexModel(
        [("listed", ASCENDING)], name="listed_varied", partialFilterExpression={"variants": {"$exists": True}}
    ),
]
# Those that the programme has now: what was left of earlier ones stays in the row.
_ITS_VARIANTS: Document = {"$ifNull": ["$content.variants.code", []]}
_IS_OUT: Document = {"$and": [{"$ne": ["$$this.v", None]}, {"$lte": ["$$this.v", 0]}]}
_OUT_OR_GONE: Document = {"$or": [{"$not": {"$in": ["$$this.k", _ITS_VARIANTS]}}, _IS_OUT]}
_NOTHING_LEFT: Document = {
    "$and": [
        {"$ne": [_ITS_VARIANTS, []]},
        {"$allElementsTrue": {"$map": {"input": {"$objectToArray": "$variants"}, "in": _OUT_OR_GONE}}},
    ]
}
_LEFT = {"stock": 1, "variants": 1}
_AT_ONCE = 1_000
"""Rows that are made between two turns of everybody else."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a reward, or of each of its variants by code; None: no end of it."""

    stock: int | None = None
    variants: Mapping[str, int | None] = field(default_factory=dict)


@store
class Rewards:
    """The rewards of the programme in force, and of those before it."""

    def __init__(self, database: Database) -> None:
        self._rewards = database["rewards"]

    async def put_all(self, program: Program, *, now: datetime) -> None:
        """Lists exactly the programme's rewards. What is left of one already listed stays as it is."""
        for start in range(0, len(program.rewards), _AT_ONCE):
            some = program.rewards[start : start + _AT_ONCE]
            updates = [_upsert(program, reward, now) for reward in some]
            updates += [update for reward in some for update in _begin_stock(reward)]
            await self._rewards.bulk_write(updates)
        gone = {"listed": True, "version": {"$ne": program.version}}
        await self._rewards.update_many(gone, {"$set": {"listed": False}})

    async def get_many(self, codes: Sequence[str]) -> dict[str, Reward]:
        """Rewards by code as they were listed last, those no longer listed too; stock is what is left."""
        rows = await self._rewards.find({"_id": {"$in": list(codes)}}).to_list(None)
        return {row["_id"]: _reward(row) for row in rows}

    async def left(self, codes: Sequence[str]) -> dict[str, Left]:
        """What is left of rewards, by code; of those that were never listed nothing is said."""
        rows = await self._rewards.find({"_id": {"$in": list(codes)}}, _LEFT).to_list(None)
        return {row["_id"]: _left(row) for row in rows}

    async def sold_out(self, *, varied: bool = False) -> list[str]:
        """The listed rewards of which nothing is left, by one index; `varied`: those with variants, too."""
        rows = await self._rewards.find({"listed": True, "stock": {"$lte": 0}}, {"_id": 1}).to_list(None)
        if varied:
            query = {"listed": True, "variants": {"$exists": True}, "$expr": _NOTHING_LEFT}
            rows += await self._rewards.find(query, {"_id": 1}).to_list(None)
        return [row["_id"] for row in rows]

    async def added(self) -> dict[str, datetime]:
        """When each listed reward was listed first."""
        rows = await self._rewards.find({"listed": True}, {"addedAt": 1}).to_list(None)
        return {row["_id"]: row["addedAt"] for row in rows}

    async def listed(self, code: str) -> Reward | None:
        """The reward, if members may have it at all."""
        row = await self._rewards.find_one({"_id": code, "listed": True})
        return _reward(row) if row else None

    async def take_stock(self, session: Session, code: str, quantity: int, *, variant: str | None = None) -> bool:
        """Takes `quantity` off the stock in the transaction; False, and nothing taken, when too few are left.

        The limit is in the write's own condition, so that no race can overrun it. Unlimited ones need no call.
        """
        field = _field(variant)
        result = await self._rewards.update_one(
            {"_id": code, field: {"$gte": quantity}}, {"$inc": {field: -quantity}}, session=session
        )
        return result.modified_count == 1

    async def put_back(self, session: Session, code: str, quantity: int, *, variant: str | None = None) -> bool:
        """Puts `quantity` back in the transaction; False for what has no end by now, or was never listed."""
        field = _field(variant)
        query = {"_id": code, field: {"$type": "number"}}
        result = await self._rewards.update_one(query, {"$inc": {field: quantity}}, session=session)
        return result.modified_count == 1

    async def restock(
        self, session: Session, code: str, quantity: int, *, variant: str | None = None, most: int
    ) -> int | None:
        """Changes what is left by `quantity` in the transaction; what is left then. None, and nothing changed,
        where that would be below zero or above `most`, or has no end."""
        field = _field(variant)
        found = {"_id": code, field: {"$gte": max(0, -quantity), "$lte": most - max(0, quantity)}}
        row = await self._rewards.find_one_and_update(
            found, {"$inc": {field: quantity}}, return_document=ReturnDocument.AFTER, session=session
        )
        if row is None:
            return None
        left = _left(row)
        return left.stock if variant is None else left.variants[variant]


def as_left(reward: Reward, left: Left | None) -> Reward:
    """The reward with what is left of it as its stock; as the programme has it while it was never listed."""
    if left is None:
        return reward
    if not reward.variants:
        return reward if reward.stock is None else replace(reward, stock=left.stock)
    variants = (
        one if one.stock is None else replace(one, stock=left.variants.get(one.code, one.stock))
        for one in reward.variants
    )
    return replace(reward, variants=tuple(variants))


def _field(variant: str | None) -> str:
    return "stock" if variant is None else f"variants.{variant}"


def _upsert(program: Program, reward: Reward, now: datetime) -> UpdateOne:
    priced = replace(reward, currency=program.currency_code(reward.currency))
    document: Document = {"listed": True, "version": program.version, "content": reward_to_plain(priced)}
    first: Document = {"addedAt": now}
    if reward.variants:
        document["stock"] = None
        document |= {_field(one.code): None for one in reward.variants if one.stock is None}
        first |= {_field(one.code): one.stock for one in reward.variants if one.stock is not None}
    elif reward.stock is None:
        document["stock"] = None
    else:
        first["stock"] = reward.stock
    return UpdateOne({"_id": reward.code}, {"$set": document, "$setOnInsert": first}, upsert=True)


def _begin_stock(reward: Reward) -> Iterable[UpdateOne]:
    """What was unlimited until now, or a variant that is new, starts with the stock that the programme gives."""
    counted: list[tuple[str | None, int | None]]
    counted = [(one.code, one.stock) for one in reward.variants]
    counted = counted or [(None, reward.stock)]
    for variant, stock in counted:
        if stock is not None:
            field = _field(variant)
            yield UpdateOne({"_id": reward.code, field: None}, {"$set": {field: stock}})


def _left(row: Document) -> Left:
    return Left(row.get("stock"), row.get("variants", {}))


def _reward(row: Document) -> Reward:
    return as_left(reward_from_plain(row["content"]), _left(row))
