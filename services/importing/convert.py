"""Rows become commands, or the reason why not."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.earning.events.intake import RecordEvent, RecordLine
from domain.members.enrol import Enrol
from domain.members.lookup import MemberLookup
from domain.refusals import Refused, invalid
from services.importing.mapping import Mapping
from services.importing.pick import Pick

_LOOKUPS = {
    "member.id": "id",
    "member.externalId": "external_id",
    "member.email": "email",
    "member.phone": "phone",
    "member.cardNumber": "card_number",
}
_LONGEST_NUMBER = 64


class _Wrong(Exception):
    """A value that is not what its field needs."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field} {expected}")
        self.refusal = invalid(f"The field must be {expected}.", *field.split("."))


def to_event(mapping: Mapping, row: Map[str, Any]) -> RecordEvent | Refused:
    """The event of a row; refuses INVALID_INPUT with the path of the first field that is missing or wrong."""
    values = {name: pick(row) for name, pick in mapping.fields.items()}
    try:
        return RecordEvent(
            source=_required(values, "source"),
            id=_required(values, "id"),
            type=_required(values, "type"),
            member=_member(values),
            occurred_at=_moment(values, "occurredAt"),
            channel=_text(values, "channel"),
            amount=_amount(values["amount"], "amount") if values.get("amount") is not None else None,
            currency=_text(values, "currency"),
            lines=_lines(mapping, row),
            attributes={**_attributes(values), **_order(values)},
        )
    except _Wrong as wrong:
        return wrong.refusal


def to_enrolment(mapping: Mapping, row: Map[str, Any]) -> Enrol | Refused:
    """The enrolment of a row; refuses as `to_event` does."""
    values = {name: pick(row) for name, pick in mapping.fields.items()}
    try:
        return Enrol(
            external_id=_required(values, "externalId"),
            given_name=_text(values, "givenName"),
            family_name=_text(values, "familyName"),
            email=_text(values, "email"),
            phone=_text(values, "phone"),
            birthday=_day(values, "birthday"),
            locale=_text(values, "locale"),
            timezone=_text(values, "timezone"),
            attributes=_attributes(values),
            referral_code=_text(values, "referralCode"),
        )
    except _Wrong as wrong:
        return wrong.refusal


def _member(values: Map[str, Any]) -> MemberLookup:
    given = {name: _text(values, name) for name in _LOOKUPS if values.get(name) is not None}
    if len(given) != 1:
        raise _Wrong("member", "named by exactly one of id, externalId, email, phone and cardNumber")
    ((name, value),) = given.items()
    return MemberLookup(**{_LOOKUPS[name]: value})


def _lines(mapping: Mapping, row: Map[str, Any]) -> tuple[RecordLine, ...]:
    listed = mapping.lines(row) if mapping.lines else None
    if listed is None:
        return ()
    if not isinstance(listed, list):
        raise _Wrong("lines", "a list")
    picks = [mapping.line_fields.get(name, _nothing) for name in RecordLine._fields]
    return tuple([_line(picks, index, line) for index, line in enumerate(listed)])


def _line(picks: Sequence[Pick], index: int, line: Any) -> RecordLine:
    sku, amount, category, brand, quantity = [pick(line) for pick in picks]
    try:
        return RecordLine(
            _given(sku, "sku"),
            _amount(amount, "amount"),
            _as_text(category, "category"),
            _as_text(brand, "brand"),
            _count(quantity, "quantity"),
        )
    except _Wrong as wrong:
        raise _Wrong(f"lines.{index}.{wrong.refusal.path[0]}", str(wrong).partition(" ")[2]) from None


def _nothing(_row: Any) -> Any:
    return None


def _required(values: Map[str, Any], name: str) -> str:
    return _given(values.get(name), name)


def _text(values: Map[str, Any], name: str) -> str | None:
    return _as_text(values.get(name), name)


def _given(value: Any, name: str) -> str:
    text = _as_text(value, name)
    if text is None:
        raise _Wrong(name, "given")
    return text


def _as_text(value: Any, name: str) -> str | None:
    if value is None or type(value) is str:
        return value
    if type(value) is int:  # ids are often written as numbers; True is no number
        return _digits(value, name)
    raise _Wrong(name, "a text")


def _digits(value: int, name: str) -> str:
    if abs(value) >= 10**_LONGEST_NUMBER:
        raise _Wrong(name, f"at most {_LONGEST_NUMBER} digits")
    return str(value)


def _amount(value: Any, name: str) -> Decimal:
    if type(value) is Decimal:
        return value
    if type(value) is int:
        return Decimal(value)
    if type(value) is str and len(value) <= _LONGEST_NUMBER:
        try:
            return Decimal(value)
        except InvalidOperation:
            pass
    raise _Wrong(name, "an amount such as 12.50")


def _count(value: Any, name: str) -> int:
    if value is None:
        return 1
    if type(value) is int:
        return value
    if type(value) is str and len(value) <= _LONGEST_NUMBER and value.isdecimal():
        return int(value)
    raise _Wrong(name, "a whole number")


def _moment(values: Map[str, Any], name: str) -> datetime:
    text = values.get(name)
    try:
        return datetime.fromisoformat(text)  # type: ignore[arg-type]  # whatever is no text is refused below
    except (ValueError, TypeError):
        raise _Wrong(name, "a time such as 2026-01-31T09:30:00Z") from None


def _day(values: Map[str, Any], name: str) -> date | None:
    text = values.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        raise _Wrong(name, "a day such as 1990-01-31") from None


def _attributes(values: Map[str, Any]) -> Map[str, Any]:
    value = values.get("attributes")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _Wrong("attributes", "an object")
    return {name: _plain(item) for name, item in value.items()}


def _order(values: Map[str, Any]) -> Map[str, str]:
    """The order that a delivery or a refund is about, which a CSV has in a column of its own."""
    order = _text(values, "attributes.order")
    return {} if order is None else {"order": order}


def _plain(value: Any) -> Any:
    """Attributes are JSON as clients know it: a number with a point is a float there."""
    if type(value) is Decimal:
        return float(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
