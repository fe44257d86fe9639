"""Pools: codes of partners, each given to one redemption."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, IndexModel
from pymongo.errors import BulkWriteError

from domain.rewards.codes import bare
from mongo.client import Database, Document
from mongo.faults import duplicates_in, store
from mongo.transactions import Session

INDEXES = [
    # A code is one voucher, whatever pool it came with.
    IndexModel([("bare", ASCENDING)], name="bare", unique=True),
    # `free` is named, though all in it are: what is left is counted without a look at the codes.
    IndexModel(
        [("pool", ASCENDING), ("free", ASCENDING), ("order", ASCENDING), ("expiresAt", ASCENDING)],
        name="pool_free",
        partialFilterExpression={"free": True},
    ),
]
_ORDERS = 2**31
_ONE: list[Document] = [{"$limit": 1}, {"$project": {"_id": 0, "pool": 1}}]


@dataclass(frozen=True, slots=True)
class PoolCode:
    """A partner's code as it is shown. `expires_at`: from when the partner does not take it; None: no end."""

    pool: str
    code: str
    expires_at: datetime | None = None


@store
class Pools:
    """The codes of all pools."""

    def __init__(self, database: Database) -> None:
        self._codes = database["pool_codes"]

    async def take(
        self, session: Session, pool: str, count: int, *, redemption: str, now: datetime
    ) -> tuple[PoolCode, ...] | None:
        """Gives `count` codes to a redemption in the transaction; None, and nothing given, when fewer are left.

        Codes whose end has come are not left. Who takes some begins at a random place, so that processes seldom
        meet at one code; where they do, the transaction of the later one begins again.
        """
        start = random.randrange(_ORDERS)
        rows = await self._free(session, pool, {"$gte": start}, count, now)
        if len(rows) < count:
            rows += await self._free(session, pool, {"$lt": start}, count - len(rows), now)
        if len(rows) < count:
            return None
        found = {"_id": {"$in": [row["_id"] for row in rows]}, "free": True}
        change = {"$set": {"redemption": redemption, "takenAt": now}, "$unset": {"free": ""}}
        await self._codes.update_many(found, change, session=session)
        return tuple(map(_pool_code, rows))

    async def _free(
        self, session: Session, pool: str, order: Document, count: int, now: datetime
    ) -> list[Document]:
        query = _left(now) | {"pool": pool, "order": order}
        rows = self._codes.find(query, session=session).sort("order", 1).limit(count)
        found: list[Document] = await rows.to_list(None)
        return found

    async def add(self, codes: Sequence[PoolCode]) -> dict[int, str]:
        """Puts codes into their pools; by index in `codes` the pools that have those which are there already.

        Codes are compared as `bare` has them, over all pools.
        """
        rows = [_row(code) for code in codes]
        try:
            await self._codes.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            failed = [failure["index"] for failure in duplicates_in(error)]
            holders = await self._pools_of(rows[index]["bare"] for index in failed)
            return {index: holders[rows[index]["bare"]] for index in failed}
        return {}

    async def _pools_of(self, codes: Iterable[str]) -> dict[str, str]:
        rows = await self._codes.find({"bare": {"$in": list(codes)}}, {"bare": 1, "pool": 1}).to_list(None)
        return {row["bare"]: row["pool"] for row in rows}

    async def gave(self, redemption: str, codes: Sequence[str]) -> bool:
        """Whether any of these codes came from a pool to this redemption, whatever the programme says by now."""
        found = {"bare": {"$in": [bare(code) for code in codes]}, "redemption": redemption}
        return await self._codes.find_one(found, {"_id": 1}) is not None

    async def left(self, pools: Sequence[str], now: datetime) -> dict[str, int]:
        """By pool how many codes it can still give; of each that is named."""
        return {pool: await self._codes.count_documents(_left(now) | {"pool": pool}) for pool in pools}

    async def spent(self, pools: Sequence[str], now: datetime) -> set[str]:
        """Those of the pools that can give no code; one query, which looks at one code of each and counts none."""
        if not pools:
            return set()
        first, *others = ([{"$match": _left(now) | {"pool": pool}}, *_ONE] for pool in pools)
        also = [{"$unionWith": {"coll": self._codes.name, "pipeline": one}} for one in others]
        rows = await self._codes.aggregate([*first, *also]).to_list(None)
        return set(pools) - {row["pool"] for row in rows}

    async def total(self, pools: Sequence[str]) -> dict[str, int]:
        """By pool how many codes were ever put into it; of each that is named."""
        return {pool: await self._codes.count_documents(_all(pool)) for pool in pools}


def _left(now: datetime) -> Document:
    # Said as what it must not be, since null, which ends never, is no date to compare with.
    return {"free": True, "expiresAt": {"$not": {"$lte": now}}}


def _all(pool: str) -> Document:
    # "}" is the character behind "|": a plain range of ids.
    return {"_id": {"$gte": f"{pool}|", "$lt": f"{pool}}}"}}


def _row(code: PoolCode) -> Document:
    stored = bare(code.code)
    return {
        "_id": f"{code.pool}|{stored}",
        "pool": code.pool,
        "code": code.code,
        "bare": stored,
        "expiresAt": code.expires_at,
        "redemption": None,
        "free": True,
        "order": random.randrange(_ORDERS),
    }


def _pool_code(row: Document) -> PoolCode:
    return PoolCode(row["pool"], row["code"], row["expiresAt"])
