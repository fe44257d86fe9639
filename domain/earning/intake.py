"""Taking an event in: what a source sent, checked and brought to whole minor units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.earning.event import Event, EventLine
from domain.ledger.canonical import Plain
from domain.members.attributes import refuse_attributes
from domain.members.lookup import MemberLookup
from domain.money import to_minor
from domain.program.program import Program
from domain.refusals import Refused, invalid
from domain.time import from_ms, to_ms, whole_ms

MAX_LINES = 1_000
MAX_TEXT = 200
MAX_MINOR = 10**12
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One line of a basket as a source sends it; `amount` is what was paid for the line in all."""

    sku: str
    amount: Decimal
    category: str | None = None
    brand: str | None = None
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """One event as a source sends it."""

    source: str
    id: str
    type: str
    member: MemberLookup
    occurred_at: datetime
    channel: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    lines: tuple[RecordLine, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


def take_in(program: Program, command: RecordEvent, member: str, now: datetime) -> Event | Refused:
    """The event of a member. Refuses INVALID_INPUT, with the path of the first field that is wrong.

    Refused: empty or long texts, a `|` in the source, a time more than five minutes ahead of `now`, money
    that is not the programme's, more decimals than its currency has, a negative amount, over 1,000 lines.
    """
    refusal = _refuse_texts(command) or _refuse_time(command, now) or _refuse_money(program, command)
    if refusal:
        return refusal
    return Event(
        source=command.source,
        id=command.id,
        type=command.type,
        member=member,
        occurred_at=whole_ms(command.occurred_at),
        channel=command.channel,
        amount_minor=None if command.amount is None else to_minor(command.amount, program.money),
        currency=command.currency,
        lines=tuple(_line(program, line) for line in command.lines),
        attributes=command.attributes,
    )
