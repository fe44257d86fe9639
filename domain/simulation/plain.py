"""A report as plain values, for storing and telling it, and back."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.program.shape import Many, One, Record, Shape, Table, parts_of
from domain.simulation.report import Report


def report_to_plain(report: Report) -> dict[str, Any]:
    """The report as JSON values: decimals and times are texts."""
    plain: dict[str, Any] = _plain(report)
    return plain


def report_from_plain(plain: dict[str, Any]) -> Report:
    """The inverse of `report_to_plain`."""
    report: Report = _built(Record(Report), plain)
    return report


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _built(shape: Shape, value: Any) -> Any:
    if value is None:
        return None
    match shape:
        case Record(of):
            return of(**{part.name: _built(part.shape, value[part.name]) for part in parts_of(of)})
        case Many(item):
            return tuple(_built(item, one) for one in value)
        case Table(item):
            return {name: _built(item, one) for name, one in value.items()}
        case One(of):
            return _single(of, value)


def _single(of: type[Any], value: Any) -> Any:
    if of is datetime:
        return datetime.fromisoformat(value)
    return Decimal(value) if of is Decimal else value
