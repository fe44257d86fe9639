"""What staff put to the stock of rewards or took off it: who, when and why."""

from dataclasses import dataclass
from datetime import datetime

from pymongo import DESCENDING, IndexModel

from domain.actors import Actor, ActorKind
from mongo.client import Database, Document
from mongo.faults import store
from mongo.transactions import Session

INDEXES = [IndexModel([("reward", DESCENDING), ("at", DESCENDING)], name="reward_newest")]


@dataclass(frozen=True, slots=True)
class Restock:
    """One change of a stock under its `key`; `left` is what there was after it. `input` hashes what was asked."""

    key: str
    input: str
    reward: str
    variant: str | None
    quantity: int
    reason: str
    by: Actor
    at: datetime
    left: int


@store
class Restocks:
    """All of them."""

    def __init__(self, database: Database) -> None:
        self._restocks = database["restocks"]

    async def insert(self, session: Session, restock: Restock) -> None:
        """Writes it beside the stock, in one transaction."""
        row: Document = {
            "_id": restock.key,
            "input": restock.input,
            "reward": restock.reward,
            "variant": restock.variant,
            "quantity": restock.quantity,
            "reason": restock.reason,
            "by": {"kind": restock.by.kind.value, "id": restock.by.id},
            "at": restock.at,
            "left": restock.left,
        }
        await self._restocks.insert_one(row, session=session)

    async def by_key(self, key: str, session: Session | None = None) -> Restock | None:
        """The one under a key."""
        row = await self._restocks.find_one({"_id": key}, session=session)
        return _restock(row) if row else None


def _restock(row: Document) -> Restock:
    by = row["by"]
    return Restock(
        key=row["_id"],
        input=row["input"],
        reward=row["reward"],
        variant=row["variant"],
        quantity=row["quantity"],
        reason=row["reason"],
        by=Actor(ActorKind(by["kind"]), by["id"]),
        at=row["at"],
        left=row["left"],
    )
