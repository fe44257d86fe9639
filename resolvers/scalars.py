"""The contract's scalars: what each prints, and what it refuses to read."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NewType, TypeVar

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from domain.time import print_date_time, whole_ms

Value = TypeVar("Value")
Points = NewType("Points", int)

_MAX_POINTS = 2**53 - 1
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d([.]\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+([.]\d*)?|[.]\d+)", re.ASCII)
_LONGEST_DECIMAL = 64


def read_date_time(value: Any) -> datetime:
    """A moment with its offset (RFC 3339), in UTC and cut to whole milliseconds."""
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        raise GraphQLError("A DateTime is a string with an offset, such as 2027-01-31T00:00:00.000Z.")
    try:
        # Finer than microseconds is more than Python reads, and is cut in the end anyway.
        return whole_ms(datetime.fromisoformat(re.sub(r"([.]\d{6})\d+", r"\1", value.upper())))
    except (ValueError, OverflowError):
        raise GraphQLError("This DateTime is not in the calendar.") from None


def read_date(value: Any) -> date:
    """A calendar day."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise GraphQLError("A Date is a string such as 2027-01-31.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise GraphQLError("This Date is not in the calendar.") from None


def read_points(value: Any) -> int:
    """A whole number within ±(2^53 - 1)."""
    if type(value) is not int or abs(value) > _MAX_POINTS:
        raise GraphQLError("Points are a whole number within ±(2^53 - 1).")
    return value


def print_points(value: Any) -> int:
    """The number; a fault of ours when it is none."""
    if type(value) is not int or abs(value) > _MAX_POINTS:
        raise ValueError("points out of range")
    return value


def read_decimal(value: Any) -> Decimal:
    """A plain decimal number in a string; a whole number may come bare."""
    if type(value) is int and abs(value) <= _MAX_POINTS:
        return Decimal(value)
    if not isinstance(value, str) or len(value) > _LONGEST_DECIMAL or not _DECIMAL.fullmatch(value):
        raise GraphQLError('A Decimal is a string such as "12.50", without an exponent.')
    return Decimal(value)


def print_decimal(value: Decimal) -> str:
    """The number with the digits it has, never with an exponent."""
    return format(value, "f")


def _scalar(
    name: str, description: str, serialize: Callable[[Any], Any], parse: Callable[[Any], Any]
) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=description, serialize=serialize, parse_value=parse)


SCALARS: dict[object, ScalarDefinition] = {
    datetime: _scalar("DateTime", "A moment in UTC; input needs an offset.", print_date_time, read_date_time),
    date: _scalar("Date", "A calendar day.", date.isoformat, read_date),
    Points: _scalar("Points", "A whole number of points, within ±(2^53 − 1).", print_points, read_points),
    Decimal: _scalar("Decimal", 'A decimal number as a string, such as "12.50".', print_decimal, read_decimal),
    JSON: _scalar("JSON", "Any JSON value.", lambda value: value, lambda value: value),
}
