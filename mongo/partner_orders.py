"""Partner orders: what partners are to be told, filed in the transaction of what it is about."""

from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument

from domain.rewards.partner_order import OrderEvent, OrderState, PartnerOrder, order_id
from mongo.client import Database, Document
from mongo.faults import store
from mongo.transactions import Session

INDEXES = [
    IndexModel(
        [("partner", ASCENDING), ("nextAt", ASCENDING)],
        name="waiting",
        partialFilterExpression={"state": OrderState.WAITING.value},
    ),
    IndexModel([("state", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)], name="state_newest"),
]
_WAITING: Document = {"state": OrderState.WAITING.value}


@store
class PartnerOrders:
    """All messages to partners."""

    def __init__(self, database: Database) -> None:
        self._orders = database["partner_orders"]

    async def file(self, session: Session, order: PartnerOrder) -> None:
        """Files a message beside what it is about, in the transaction."""
        await self._orders.insert_one(_document(order), session=session)

    async def withdraw(self, session: Session, redemption: str) -> PartnerOrder | None:
        """Withdraws the order of a redemption, in the transaction, unless somebody has begun to send it.

        The order as it is then; None when there was none.
        """
        named = {"_id": order_id(redemption, OrderEvent.ISSUED)}
        row = await self._orders.find_one(named, session=session)
        if row is None:
            return None
        # Attempts begin anew when staff try again; who once began one has left their number for good.
        if row["state"] == OrderState.WAITING.value and row.get("fence") is None:
            # Who begins to send it at this moment writes it, too: one of the two transactions begins again.
            row["state"] = OrderState.WITHDRAWN.value
            await self._orders.update_one(named, {"$set": {"state": row["state"]}}, session=session)
        return _order(row)

    async def due_partners(self, now: datetime) -> list[str]:
        """Who has something to be told by now."""
        found: list[str] = await self._orders.distinct("partner", _WAITING | {"nextAt": {"$lte": now}})
        return found

    async def due(self, partner: str, now: datetime, *, limit: int) -> list[PartnerOrder]:
        """What the partner is to be told by now, the longest overdue first."""
        query = _WAITING | {"partner": partner, "nextAt": {"$lte": now}}
        rows = await self._orders.find(query, sort=[("nextAt", 1)], limit=limit).to_list(None)
        return [_order(row) for row in rows]

    async def book(self, order: PartnerOrder, fence: int, *, until: datetime) -> PartnerOrder | None:
        """Begins an attempt, before it is made: whoever dies in it has it made again at `until`.

        None when it is not as it was, or a worker of a higher number has it.
        """
        named = _WAITING | {"_id": order.id, "attempts": order.attempts, "nextAt": order.next_at}
        change: Document = {"$set": {"nextAt": until, "fence": fence}, "$inc": {"attempts": 1}}
        row = await self._orders.find_one_and_update(
            named | _not_beyond(fence), change, return_document=ReturnDocument.AFTER
        )
        return _order(row) if row else None

    async def postpone(self, order: PartnerOrder, until: datetime) -> None:
        """Lets an order that was not begun wait longer."""
        named = _WAITING | {"_id": order.id, "attempts": order.attempts}
        await self._orders.update_one(named, {"$set": {"nextAt": until}})

    async def settle(
        self,
        order: PartnerOrder,
        fence: int,
        state: OrderState,
        answer: str,
        *,
        now: datetime,
        next_at: datetime | None = None,
    ) -> bool:
        """What came of the attempt that `book` began under this number; False when it is another's by now."""
        change: Document = {"state": state.value, "answer": answer}
        if state is OrderState.SENT:
            change["sentAt"] = now
        if next_at:
            change["nextAt"] = next_at
        named = _WAITING | {"_id": order.id, "attempts": order.attempts, "fence": fence}
        result = await self._orders.update_one(named, {"$set": change})
        return result.modified_count == 1

    async def retry(self, id: str, *, now: datetime) -> PartnerOrder | None:
        """Makes a dead order wait again, from the first attempt; None when it is not dead."""
        change: Document = {"$set": {"state": OrderState.WAITING.value, "attempts": 0, "nextAt": now}}
        row = await self._orders.find_one_and_update(
            {"_id": id, "state": OrderState.DEAD.value}, change, return_document=ReturnDocument.AFTER
        )
        return _order(row) if row else None

    async def get_many(self, ids: list[str]) -> dict[str, PartnerOrder]:
        """Orders by id."""
        rows = await self._orders.find({"_id": {"$in": ids}}).to_list(None)
        return {row["_id"]: _order(row) for row in rows}

    async def count(self, state: OrderState) -> int:
        """How many there are."""
        return await self._orders.count_documents({"state": state.value})

    async def page(
        self, state: OrderState, *, first: int, after: tuple[datetime, str] | None = None
    ) -> list[PartnerOrder]:
        """Newest first, at most `first`, behind the cursor `after` = (createdAt, id)."""
        query: Document = {"state": state.value}
        if after:
            moment, id = after
            query["$or"] = [{"createdAt": {"$lt": moment}}, {"createdAt": moment, "_id": {"$lt": id}}]
        sort = [("createdAt", -1), ("_id", -1)]
        return [_order(row) for row in await self._orders.find(query, sort=sort, limit=first).to_list(None)]


def _not_beyond(fence: int) -> Document:
    return {"$or": [{"fence": {"$lte": fence}}, {"fence": None}]}


def _document(order: PartnerOrder) -> Document:
    return {
        "_id": order.id,
        "redemption": order.redemption,
        "member": order.member,
        "partner": order.partner,
        "event": order.event.value,
        "state": order.state.value,
        "createdAt": order.created_at,
        "nextAt": order.next_at,
        "attempts": order.attempts,
    }


def _order(row: Document) -> PartnerOrder:
    return PartnerOrder(
        id=row["_id"],
        redemption=row["redemption"],
        member=row["member"],
        partner=row["partner"],
        event=OrderEvent(row["event"]),
        state=OrderState(row["state"]),
        created_at=row["createdAt"],
        next_at=row["nextAt"],
        attempts=row["attempts"],
        sent_at=row.get("sentAt"),
        answer=row.get("answer"),
    )
