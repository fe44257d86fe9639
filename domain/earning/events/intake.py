"""Taking an event in: what a source sent, checked and brought to whole minor units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from domain.earning.events.event import Event, EventLine
from domain.earning.events.order import refuse_without_order
from domain.earning.events.own import RESERVED, SOURCE, is_reserved
from domain.members.attributes import attributes
from domain.members.lookup import MemberLookup
from domain.money import to_minor
from domain.program.program import Program
from domain.refusals import Refused, invalid
from domain.time import whole_ms

MAX_LINES = 1_000
MAX_TEXT = 200
MAX_AMOUNT_MINOR = 10**12
MAX_QUANTITY = 10**12
CLOCK_SKEW = timedelta(minutes=5)
_FIRST_YEAR = 1970


class RecordLine(NamedTuple):
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


def take_in(
    program: Program, command: RecordEvent, member: str, now: datetime, *, own: bool = False
) -> Event | Refused:
    """The event of a member. Refuses INVALID_INPUT, with the path of the first field that is wrong.

    `own`: Regulars itself has made it; from everyone else its source and its types are refused.

    Refused: empty or long texts, a `|` in the source, attributes that are no small JSON object, a time before
    1970 or more than five minutes ahead of `now`, money that is not the programme's, more decimals than its
    currency has, a negative amount (a line's may be), over 1,000 lines, what is beyond any real purchase, and a
    delivery or a refund that names no order.
    """
    refusal = (
        _refuse_texts(command)
        or (None if own else _refuse_ours(command))
        or _refuse_time(command, now)
        or _refuse_money(program, command)
        or refuse_without_order(program, command.type, command.attributes)
    )
    if refusal:
        return refusal
    lines = _lines(program, command.lines)
    if isinstance(lines, Refused):
        return lines
    return Event(
        source=command.source,
        id=command.id,
        type=command.type,
        member=member,
        occurred_at=whole_ms(command.occurred_at),
        channel=command.channel,
        amount_minor=None if command.amount is None else to_minor(command.amount, program.money),
        currency=command.currency,
        lines=lines,
        attributes=command.attributes,
    )


def _refuse_texts(command: RecordEvent) -> Refused | None:
    named = {"source": command.source, "id": command.id, "type": command.type}
    for name, text in named.items():
        if not text.strip() or not _is_fine(text):
            return invalid(f"The {name} is 1 to {MAX_TEXT} printable characters.", name)
    if "|" in command.source:
        return invalid("The source must not contain '|'.", "source")
    if command.channel is not None and not _is_fine(command.channel):
        return invalid(f"The channel is at most {MAX_TEXT} printable characters.", "channel")
    checked = attributes(command.attributes)
    return checked if isinstance(checked, Refused) else None


def _refuse_ours(command: RecordEvent) -> Refused | None:
    if command.source == SOURCE:
        return invalid(
            f"The source {SOURCE} is Regulars' own: name the system that the event comes from.", "source"
        )
    if is_reserved(command.type):
        prefixes = ", ".join(RESERVED)
        message = f"Types that begin with {prefixes} are of events that Regulars itself makes: use another."
        return invalid(message, "type")
    return None


def _refuse_time(command: RecordEvent, now: datetime) -> Refused | None:
    if command.occurred_at.tzinfo is None:
        return invalid("The time needs an offset, such as a closing Z for UTC.", "occurredAt")
    if command.occurred_at > now + CLOCK_SKEW:
        return invalid("The time lies in the future: an event is recorded when it has happened.", "occurredAt")
    if command.occurred_at.year < _FIRST_YEAR:
        return invalid(f"The time lies before {_FIRST_YEAR}.", "occurredAt")
    return None


def _refuse_money(program: Program, command: RecordEvent) -> Refused | None:
    if command.currency not in (None, program.money):
        return invalid(f"The programme counts money in {program.money} only.", "currency")
    if command.amount is not None:
        minor = to_minor(command.amount, program.money)
        if minor is None or not 0 <= minor <= MAX_AMOUNT_MINOR:
            return _bad_amount(program, "amount")
    if len(command.lines) > MAX_LINES:
        return invalid(f"An event has at most {MAX_LINES} lines.", "lines")
    return None


def _lines(program: Program, lines: tuple[RecordLine, ...]) -> tuple[EventLine, ...] | Refused:
    taken: list[EventLine] = []
    for index, line in enumerate(lines):
        refusal = _refuse_line(str(index), line)
        if refusal:
            return refusal
        minor = to_minor(line.amount, program.money)
        # A line may be negative: a coupon, or the deposit on a returned bottle.
        if minor is None or abs(minor) > MAX_AMOUNT_MINOR:
            return _bad_amount(program, "lines", str(index), "amount")
        taken.append(EventLine(line.sku, line.category, line.brand, line.quantity, minor))
    return tuple(taken)


def _refuse_line(index: str, line: RecordLine) -> Refused | None:
    for text in (line.sku, line.category, line.brand):
        if text is not None and not _is_fine(text):
            name = RecordLine._fields[line.index(text)]
            return invalid(f"The {name} is at most {MAX_TEXT} printable characters.", "lines", index, name)
    if not 0 <= line.quantity <= MAX_QUANTITY:
        return invalid(f"The quantity is from 0 to {MAX_QUANTITY}.", "lines", index, "quantity")
    return None


def _bad_amount(program: Program, *path: str) -> Refused:
    return invalid(f"This is no amount of {program.money} that an event can have.", *path)


def _is_fine(text: str) -> bool:
    return len(text) <= MAX_TEXT and text.isprintable()
