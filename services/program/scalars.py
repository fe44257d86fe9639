"""Single values from their text, by the type that is wanted. Decimals never pass through binary floats."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from domain.time import whole_ms
from services.program.suggest import suggestion
from services.program.yaml_tree import Scalar

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?")


class Unreadable(ValueError):
    """The text is no value of the wanted type; its message is the reason. Never leaves this room."""


def read_scalar(scalar: Scalar, kind: type[Any]) -> Any:
    """The value of type `kind` that the scalar's text says. Raises Unreadable."""
    if issubclass(kind, Enum):
        return _choice(scalar, kind)
    return _READERS[kind](scalar)


def placeholder(kind: type[Any]) -> Any:
    """Some value of the type, to go on looking for other problems with."""
    if issubclass(kind, Enum):
        return next(iter(kind))
    return kind.min if issubclass(kind, date) else kind()


def _choice(scalar: Scalar, kind: type[Enum]) -> Enum:
    choices = {str(choice.value): choice for choice in kind}
    if scalar.text not in choices:
        hint = suggestion(scalar.text, choices) or f": one of {', '.join(choices)}"
        raise Unreadable(f"cannot be {scalar.text!r}{hint}")
    return choices[scalar.text]


def _text(scalar: Scalar) -> str:
    # Cc and Cs: no control characters but line breaks and tabs, no halves of surrogate pairs.
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in scalar.text):
        raise Unreadable("must have no control characters")
    return scalar.text


def _whole(scalar: Scalar) -> int:
    if not (scalar.plain and _WHOLE.fullmatch(scalar.text)):
        raise Unreadable(f"must be a whole number, is {_shown(scalar)}")
    return int(scalar.text)


def _decimal(scalar: Scalar) -> Decimal:
    if not _DECIMAL.fullmatch(scalar.text):
        raise Unreadable(f"must be a decimal number, such as 1.25, is {_shown(scalar)}")
    return Decimal(scalar.text)


def _truth(scalar: Scalar) -> bool:
    if not (scalar.plain and scalar.text in ("true", "false")):
        raise Unreadable(f"must be true or false, is {_shown(scalar)}")
    return scalar.text == "true"


def _moment(scalar: Scalar) -> datetime:
    try:
        moment = datetime.fromisoformat(scalar.text)
        return whole_ms(moment) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        reason = f"must be a date and time, such as 2027-01-31T00:00:00Z, is {_shown(scalar)}"
        raise Unreadable(reason) from None


def _day(scalar: Scalar) -> date:
    try:
        return date.fromisoformat(scalar.text)
    except ValueError:
        raise Unreadable(f"must be a date, such as 2027-01-31, is {_shown(scalar)}") from None


def _shown(scalar: Scalar) -> str:
    text = scalar.text if len(scalar.text) <= 60 else scalar.text[:60] + "…"
    return text if scalar.plain and text else repr(text)


_READERS: dict[type[Any], Callable[[Scalar], Any]] = {
    str: _text,
    int: _whole,
    Decimal: _decimal,
    bool: _truth,
    datetime: _moment,
    date: _day,
}
