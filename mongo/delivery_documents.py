"""How a delivery is stored."""

from datetime import datetime

from domain.alerts.channel import Channel
from domain.alerts.delivery import MAX_STEPS, Delivery, DeliveryState, Step, Why
from domain.inbox.message import NotificationKind
from mongo.client import Document


def document_of(delivery: Delivery) -> Document:
    """The stored form; what is none is left out."""
    document: Document = {
        "_id": delivery.id,
        "member": delivery.member,
        "seq": delivery.seq,
        "key": delivery.key,
        "kind": delivery.kind.value,
        "channel": delivery.channel.value,
        "provider": delivery.provider,
        "lane": delivery.lane,
        "createdAt": delivery.created_at,
        "device": delivery.device,
        "urgent": delivery.urgent or None,
        "escalated": delivery.escalated or None,
        "bundle": delivery.bundle,
        "steps": [_step(step) for step in delivery.steps] or None,
    }
    document |= _changing(delivery)
    return {name: value for name, value in document.items() if value is not None}


def change_to(delivery: Delivery, step: Step | None) -> Document:
    """The update that makes what is stored this delivery, and adds a step to its history."""
    changing = _changing(delivery)
    change: Document = {"$set": {name: value for name, value in changing.items() if value is not None}}
    gone = {name: "" for name, value in changing.items() if value is None}
    if gone:
        change["$unset"] = gone
    if step:
        change["$push"] = {"steps": {"$each": [_step(step)], "$slice": -MAX_STEPS}}
    return change


def delivery_of(row: Document) -> Delivery:
    """The inverse of `document_of`."""
    sent_at: datetime | None = row.get("sentAt")
    return Delivery(
        id=row["_id"],
        member=row["member"],
        seq=row["seq"],
        key=row["key"],
        kind=NotificationKind(row["kind"]),
        channel=Channel(row["channel"]),
        provider=row["provider"],
        state=DeliveryState(row["state"]),
        created_at=row["createdAt"],
        next_at=row["nextAt"],
        until=row["until"],
        device=row.get("device"),
        urgent=row.get("urgent", False),
        why=Why(row["why"]) if "why" in row else None,
        attempts=row["attempts"],
        fence=row.get("fence"),
        booked_at=row.get("bookedAt"),
        sent_at=sent_at,
        escalated=row.get("escalated", False),
        bundle=row.get("bundle"),
        merged=tuple(row.get("merged", ())),
        steps=tuple(Step(step["at"], step["what"], step.get("answer")) for step in row.get("steps", ())),
    )


def _changing(delivery: Delivery) -> Document:
    return {
        "state": delivery.state.value,
        "nextAt": delivery.next_at,
        "until": delivery.until,
        "why": delivery.why.value if delivery.why else None,
        "attempts": delivery.attempts,
        "fence": delivery.fence,
        "bookedAt": delivery.booked_at,
        "sentAt": delivery.sent_at,
        "merged": list(delivery.merged) or None,
    }


def _step(step: Step) -> Document:
    plain: Document = {"at": step.at, "what": step.what}
    return plain | ({"answer": step.answer} if step.answer is not None else {})
