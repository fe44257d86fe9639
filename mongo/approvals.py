"""Approvals: requests that wait for a second person. One is decided once, by a conditional write."""

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from domain.actors import Actor, ActorKind
from domain.support.approval import Approval, ApprovalKind, ApprovalStatus, Decision, RedemptionReview
from domain.support.correction import Adjustment, Correction, EntryReversal, Extension, Reinstatement
from mongo.client import Database, Document
from mongo.faults import store
from mongo.transactions import Session

INDEXES = [
    IndexModel([("member", ASCENDING), ("key", ASCENDING)], name="member_key", unique=True),
    IndexModel([("status", ASCENDING), ("requestedAt", DESCENDING), ("_id", DESCENDING)], name="queue"),
]


@store
class Approvals:
    """All requests for approval."""

    def __init__(self, database: Database) -> None:
        self._approvals = database["approvals"]

    async def request(self, approval: Approval) -> Approval:
        """Files the request, or returns the one that stands under the same member and key."""
        try:
            await self._approvals.insert_one(_document(approval))
        except DuplicateKeyError:
            row = await self._approvals.find_one({"member": approval.member, "key": approval.key})
            if row is None:
                raise
            return _approval(row)
        return approval

    async def file(self, session: Session, approval: Approval) -> None:
        """Files a request in the transaction of what waits for it."""
        await self._approvals.insert_one(_document(approval), session=session)

    async def by_key(self, member: str, key: str) -> Approval | None:
        """The request under a member's key."""
        row = await self._approvals.find_one({"member": member, "key": key})
        return _approval(row) if row else None

    async def get_many(self, ids: list[str]) -> dict[str, Approval]:
        """Requests by id."""
        rows = await self._approvals.find({"_id": {"$in": ids}}).to_list(None)
        return {row["_id"]: _approval(row) for row in rows}

    async def decide(
        self, id: str, status: ApprovalStatus, decision: Decision, session: Session | None = None
    ) -> bool:
        """Settles a PENDING request; False, and nothing changed, when it was settled already."""
        change = {"status": status.value, "decision": _decision_document(decision)}
        result = await self._approvals.update_one(
            {"_id": id, "status": ApprovalStatus.PENDING.value}, {"$set": change}, session=session
        )
        return result.modified_count == 1

    async def close_of(
        self,
        session: Session,
        member: str,
        redemption: str,
        status: ApprovalStatus,
        decision: Decision | None = None,
    ) -> bool:
        """Settles what is PENDING about a member's redemption, in the transaction; False when nothing is."""
        change: Document = {"status": status.value}
        if decision:
            change["decision"] = _decision_document(decision)
        named = {"member": member, "redemption": redemption, "status": ApprovalStatus.PENDING.value}
        result = await self._approvals.update_one(named, {"$set": change}, session=session)
        return result.modified_count == 1

    async def page(
        self, status: ApprovalStatus, *, first: int, after: tuple[datetime, str] | None = None
    ) -> list[Approval]:
        """Newest first, at most `first`, behind the cursor `after` = (requestedAt, id)."""
        query: Document = {"status": status.value}
        if after:
            moment, id = after
            query["$or"] = [{"requestedAt": {"$lt": moment}}, {"requestedAt": moment, "_id": {"$lt": id}}]
        sort = [("requestedAt", -1), ("_id", -1)]
        rows = await self._approvals.find(query, sort=sort, limit=first).to_list(None)
        return [_approval(row) for row in rows]


def _document(approval: Approval) -> Document:
    return _what_document(approval.what) | {
        "_id": approval.id,
        "status": approval.status.value,
        "kind": approval.kind.value,
        "member": approval.member,
        "points": approval.points,
        "currency": approval.currency,
        "reason": approval.reason,
        "key": approval.key,
        "input": approval.input,
        "requestedBy": [approval.requested_by.kind.value, approval.requested_by.id],
        "requestedAt": approval.requested_at,
    }


def _what_document(what: Correction | RedemptionReview) -> Document:
    """What waits, beside its points and its currency."""
    match what:
        case EntryReversal():
            return {"reverses": what.sequence}
        case Extension():
            return {"expiresAt": what.expires_at, "until": what.until}
        case RedemptionReview():
            return {"redemption": what.redemption} | ({"device": what.device} if what.device else {})
        case _:
            return {}


def _what(row: Document) -> Correction | RedemptionReview:
    points, currency = row["points"], row["currency"]
    # Requests of before there were kinds are for adjustments.
    match ApprovalKind(row.get("kind", ApprovalKind.ADJUSTMENT)):
        case ApprovalKind.REVERSAL:
            return EntryReversal(row["reverses"], abs(points))
        case ApprovalKind.EXTENSION:
            return Extension(currency, row["expiresAt"], row["until"])
        case ApprovalKind.REINSTATEMENT:
            return Reinstatement(points, currency)
        case ApprovalKind.REDEMPTION:
            return RedemptionReview(row["redemption"], row.get("device"))
        case _:
            return Adjustment(points, currency)


def _decision_document(decision: Decision) -> Document:
    return {
        "by": [decision.by.kind.value, decision.by.id],
        "at": decision.at,
        "key": decision.key,
        "input": decision.input,
        "seq": decision.sequence,
    }


def _approval(row: Document) -> Approval:
    return Approval(
        id=row["_id"],
        status=ApprovalStatus(row["status"]),
        member=row["member"],
        what=_what(row),
        points=row["points"],
        currency=row["currency"],
        reason=row["reason"],
        key=row["key"],
        input=row["input"],
        requested_by=_actor(row["requestedBy"]),
        requested_at=row["requestedAt"],
        decision=_decision(row["decision"]) if "decision" in row else None,
    )


def _decision(row: Document) -> Decision:
    return Decision(_actor(row["by"]), row["at"], row["key"], row["input"], row["seq"])


def _actor(pair: list[Any]) -> Actor:
    return Actor(ActorKind(pair[0]), pair[1])
