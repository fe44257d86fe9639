"""Events as sources send them."""

from datetime import datetime
from decimal import Decimal

import strawberry
from strawberry.scalars import JSON

from domain.earning.events.intake import RecordEvent, RecordLine
from resolvers.given import ABSENT, given
from resolvers.members.lookup import MemberLookup, lookup_of


@strawberry.input
class EventLineInput:
    """One line of a basket; `amount` is what was paid for the line, whatever the quantity."""

    sku: str
    amount: Decimal
    category: str | None = ABSENT
    brand: str | None = ABSENT
    quantity: int = 1


@strawberry.input(
    description="id: the source's own id of the event (an order number, a receipt). "
    "The same source and id counts once, for ever. "
    "A delivery or a refund names what it is about in attributes.order: "
    "the id of an event of the same source and member."
)
class EventInput:
    """One event."""

    source: str
    id: str
    type: str
    member: MemberLookup
    occurred_at: datetime
    channel: str | None = ABSENT
    amount: Decimal | None = ABSENT
    currency: str | None = ABSENT
    lines: list[EventLineInput] | None = ABSENT
    attributes: JSON | None = ABSENT


def command_of(input: EventInput) -> RecordEvent:
    """The event as the use case takes it."""
    attributes: object = given(input.attributes)
    return RecordEvent(
        source=input.source,
        id=input.id,
        type=input.type,
        member=lookup_of(input.member),
        occurred_at=input.occurred_at,
        channel=given(input.channel),
        amount=given(input.amount),
        currency=given(input.currency),
        lines=tuple(map(line_of, given(input.lines) or ())),
        attributes={} if attributes is None else attributes,  # type: ignore[arg-type]  # refused if no object
    )


def line_of(input: EventLineInput) -> RecordLine:
    """One line as the use case takes it."""
    return RecordLine(input.sku, input.amount, given(input.category), given(input.brand), input.quantity)
