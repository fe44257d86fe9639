"""The catalog: the published rewards, and how many of each are left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from domain.members.text import fold
from domain.program.program import Program
from domain.program.rewards import Reward, RewardKind
from mongo.client import Database, Document
from mongo.faults import store
from mongo.transactions import Session

INDEXES = [
    IndexModel([("listed", ASCENDING), ("rank", ASCENDING), ("_id", ASCENDING)], name="featured"),
    IndexModel([("listed", ASCENDING), ("cost", ASCENDING), ("_id", ASCENDING)], name="cost"),
    IndexModel([("listed", ASCENDING), ("cost", DESCENDING), ("_id", ASCENDING)], name="cost_down"),
    IndexModel([("listed", ASCENDING), ("addedAt", DESCENDING), ("_id", ASCENDING)], name="newest"),
]


class RewardOrder(StrEnum):
    """Orders of the catalog; ties fall by code."""

    FEATURED = "FEATURED"
    COST_ASC = "COST_ASC"
    COST_DESC = "COST_DESC"
    NEWEST = "NEWEST"


_ORDERS: dict[RewardOrder, tuple[str, int]] = {
    RewardOrder.FEATURED: ("rank", 1),
    RewardOrder.COST_ASC: ("cost", 1),
    RewardOrder.COST_DESC: ("cost", -1),
    RewardOrder.NEWEST: ("addedAt", -1),
}


@dataclass(frozen=True, slots=True)
class RewardFilter:
    """What to show. `within`: only what a member can have now."""

    kinds: tuple[RewardKind, ...] = ()
    categories: tuple[str, ...] = ()
    search: str | None = None
    max_cost: int | None = None
    within: "Reach | None" = None


@dataclass(frozen=True, slots=True)
class Reach:
    """What one member can pay and may have at `now`, by `early` sooner than others."""

    available: dict[str, int]
    tiers: tuple[str, ...]
    now: datetime
    early: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rewards with the sort value of each, which a cursor carries."""

    rewards: list[Reward]
    positions: list[Any]
    has_next: bool


@store
class Rewards:
    """The rewards of the programme in force."""

    def __init__(self, database: Database) -> None:
        self._rewards = database["rewards"]

    async def put_all(self, program: Program, *, now: datetime) -> None:
        """Lists exactly the programme's rewards. What is left of one already listed stays as it is."""
        updates = [_upsert(program, rank, reward, now) for rank, reward in enumerate(program.rewards)]
        updates += [_begin_stock(reward) for reward in program.rewards if reward.stock is not None]
        if updates:
            await self._rewards.bulk_write(updates)
        codes = [reward.code for reward in program.rewards]
        await self._rewards.update_many({"_id": {"$nin": codes}}, {"$set": {"listed": False}})

    async def get_many(self, codes: Sequence[str]) -> dict[str, Reward]:
        """Rewards by code, those no longer listed too; `stock` is what is left."""
        rows = await self._rewards.find({"_id": {"$in": list(codes)}}).to_list(None)
        return {row["_id"]: _reward(row) for row in rows}

    async def listed(self, code: str) -> Reward | None:
        """The reward, if members may have it at all."""
        row = await self._rewards.find_one({"_id": code, "listed": True})
        return _reward(row) if row else None

    async def take_stock(self, session: Session, code: str, quantity: int, *, variant: str | None = None) -> bool:
        """Takes `quantity` off the stock in the transaction; False, and nothing taken, when too few are left.

        The limit is in the write's own condition, so that no race can overrun it. Unlimited rewards need no call.
        """
        field = "stock" if variant is None else f"variants.{variant}"
        result = await self._rewards.update_one(
            {"_id": code, field: {"$gte": quantity}}, {"$inc": {field: -quantity}}, session=session
        )
        return result.modified_count == 1

    async def put_back(self, session: Session, code: str, quantity: int, *, variant: str | None = None) -> bool:
        """Puts `quantity` back in the transaction; False for what has no end by now, or was never listed."""
        field = "stock" if variant is None else f"variants.{variant}"
        query = {"_id": code, field: {"$type": "number"}}
        result = await self._rewards.update_one(query, {"$inc": {field: quantity}}, session=session)
        return result.modified_count == 1

    async def page(
        self, wanted: RewardFilter, order: RewardOrder, *, first: int, after: tuple[Any, str] | None = None
    ) -> Page:
        """At most `first` rewards behind the cursor `after` = (sort value, code)."""
        field, direction = _ORDERS[order]
        query = _query(wanted)
        if after:
            beyond = "$gt" if direction == 1 else "$lt"
            value, code = after
            query["$or"] = [{field: {beyond: value}}, {field: value, "_id": {"$gt": code}}]
        rows = await self._rewards.find(query, sort=[(field, direction), ("_id", 1)], limit=first + 1).to_list(
            None
        )
        shown = rows[:first]
        return Page([_reward(row) for row in shown], [row[field] for row in shown], len(rows) > first)

    async def count(self, wanted: RewardFilter) -> int:
        """How many rewards the filter lets through."""
        return await self._rewards.count_documents(_query(wanted))


def _words(text: str) -> str:
    """Text as the search compares it: no case, no accents, one space between words."""
    return " ".join(fold(text).split())


def _query(wanted: RewardFilter) -> Document:
    clauses: list[Document] = [{"listed": True}]
    if wanted.kinds:
        clauses.append({"kind": {"$in": [kind.value for kind in wanted.kinds]}})
    if wanted.categories:
        clauses.append({"categories": {"$in": list(wanted.categories)}})
    if wanted.max_cost is not None:
        clauses.append({"cost": {"$lte": wanted.max_cost}})
    # Words are matched as plain substrings, never as a pattern of the caller's.
    clauses += [
        {"$expr": {"$gte": [{"$indexOfCP": ["$words", {"$literal": word}]}, 0]}}
        for word in _words(wanted.search or "").split()
    ]
    if wanted.within:
        clauses += _within(wanted.within)
    return {"$and": clauses}


def _within(reach: Reach) -> list[Document]:
    return [
        {"$or": [{"currency": code, "cost": {"$lte": points}} for code, points in reach.available.items()]},
        {"minTier": {"$in": [None, *reach.tiers]}},
        {"$or": [{"stock": None}, {"stock": {"$gte": 1}}]},
        {"$or": [{"availableFrom": None}, {"availableFrom": {"$lte": reach.now + reach.early}}]},
        {"$or": [{"availableUntil": None}, {"availableUntil": {"$gt": reach.now}}]},
    ]


def _upsert(program: Program, rank: int, reward: Reward, now: datetime) -> UpdateOne:
    document: Document = {
        "listed": True,
        "rank": rank,
        "title": reward.title,
        "description": reward.description,
        "words": _words(f"{reward.title} {reward.description} {' '.join(reward.categories)}"),
        "kind": reward.kind.value,
        "imageUrl": reward.image_url,
        "categories": list(reward.categories),
        "currency": program.currency_code(reward.currency),
        "cost": reward.cost,
        "copay": None if reward.copay is None else str(reward.copay),
        "availableFrom": reward.available_from,
        "availableUntil": reward.available_until,
        "minTier": reward.min_tier,
        "voucherDays": reward.voucher_days,
    }
    first: Document = {"addedAt": now}
    if reward.stock is None:
        document["stock"] = None
    else:
        first["stock"] = reward.stock
    return UpdateOne({"_id": reward.code}, {"$set": document, "$setOnInsert": first}, upsert=True)


def _begin_stock(reward: Reward) -> UpdateOne:
    # A reward that was unlimited until now starts with the stock that the programme gives it.
    return UpdateOne({"_id": reward.code, "stock": None}, {"$set": {"stock": reward.stock}})


def _reward(row: Document) -> Reward:
    return Reward(
        code=row["_id"],
        title=row["title"],
        kind=RewardKind(row["kind"]),
        cost=row["cost"],
        description=row["description"],
        image_url=row["imageUrl"],
        categories=tuple(row["categories"]),
        currency=row["currency"],
        copay=None if row["copay"] is None else Decimal(row["copay"]),
        available_from=row["availableFrom"],
        available_until=row["availableUntil"],
        stock=row["stock"],
        min_tier=row["minTier"],
        voucher_days=row["voucherDays"],
    )
