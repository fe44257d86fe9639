"""An event as plain values: what its claim keeps, so that it can be finished, explained and replayed."""

from typing import Any

from domain.earning.events.event import Event, EventLine
from domain.time import from_ms, to_ms


def event_to_plain(event: Event) -> dict[str, Any]:
    """The event as JSON values; its member is the claim's."""
    return {
        "source": event.source,
        "id": event.id,
        "type": event.type,
        "occurredAt": to_ms(event.occurred_at),
        "channel": event.channel,
        "amount": event.amount_minor,
        "currency": event.currency,
        "lines": [[line.sku, line.category, line.brand, line.quantity, line.amount_minor] for line in event.lines],
        "attributes": dict(event.attributes),
    }


def event_from_plain(plain: dict[str, Any], member: str) -> Event:
    """The inverse of `event_to_plain`."""
    return Event(
        source=plain["source"],
        id=plain["id"],
        type=plain["type"],
        member=member,
        occurred_at=from_ms(plain["occurredAt"]),
        channel=plain["channel"],
        amount_minor=plain["amount"],
        currency=plain["currency"],
        lines=tuple(EventLine(*line) for line in plain["lines"]),
        attributes=plain["attributes"],
    )
