"""Which rewards members chose who also chose another: numbers of members, never who."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from pymongo import ASCENDING, IndexModel, ReplaceOne

from domain.rewards.companions import MOST_CHOSEN, Companion, Companions
from domain.rewards.redemption import RedemptionStatus
from mongo.client import Database, Document
from mongo.faults import store

INDEXES = [IndexModel([("at", ASCENDING)], name="at")]


@store
class CompanionCounts:
    """One row for each reward that anybody chose, as it was counted last."""

    def __init__(self, database: Database) -> None:
        self._companions = database["companions"]
        self._redemptions = database["redemptions"]

    async def chosen(self, member: str, since: datetime) -> list[str]:
        """What one member chose since then and did not cancel, the newest first, as many as are counted."""
        rows = self._redemptions.find(
            {"member": member, **_since(since)}, {"reward": 1}, sort=[("createdAt", -1), ("_id", -1)], limit=_READ
        )
        return _distinct(row["reward"] for row in await rows.to_list(None))

    async def choices(self, since: datetime) -> AsyncIterator[list[str]]:
        """What each member chose since then and did not cancel, one member after the other."""
        member, rewards = None, list[str]()
        rows = self._redemptions.find(
            _since(since), {"member": 1, "reward": 1}, sort=[("member", 1), ("createdAt", -1), ("_id", -1)]
        )
        async for row in rows.batch_size(_READ):
            if row["member"] != member:
                if rewards:
                    yield _distinct(rewards)
                member, rewards = row["member"], []
            if len(rewards) < _READ:
                rewards.append(row["reward"])
        if rewards:
            yield _distinct(rewards)

    async def put_all(self, counted: Iterable[Companions], at: datetime) -> None:
        """Writes what was counted at a time, and forgets what was counted before."""
        rows = [
            {
                "_id": one.reward,
                "members": one.members,
                "at": at,
                "with": [[c.reward, c.members] for c in one.others],
            }
            for one in counted
        ]
        if rows:
            await self._companions.bulk_write([ReplaceOne({"_id": row["_id"]}, row, upsert=True) for row in rows])
        await self._companions.delete_many({"at": {"$lt": at}})

    async def get_many(self, rewards: Sequence[str]) -> list[Companions]:
        """What goes with each of these rewards, in one query."""
        rows = await self._companions.find({"_id": {"$in": list(rewards)}}, sort=[("_id", 1)]).to_list(None)
        return [
            Companions(row["_id"], row["members"], tuple(Companion(*pair) for pair in row["with"])) for row in rows
        ]


_READ = 1_000
_CHOSEN = [
    status.value
    for status in RedemptionStatus
    if status not in (RedemptionStatus.CANCELLED, RedemptionStatus.IN_REVIEW)
]


def _since(moment: datetime) -> Document:
    return {"createdAt": {"$gte": moment}, "status": {"$in": _CHOSEN}}


def _distinct(rewards: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(rewards))[:MOST_CHOSEN]
