"""The programme as plain JSON values, for the store and for its fingerprint. Exact both ways."""

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from domain.program.program import Program
from domain.program.rewards import Reward
from domain.program.shape import Many, One, Record, Shape, Table, parts_of

Plain = dict[str, Any]
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def program_to_plain(program: Program) -> Plain:
    """All but the version. Decimals are their text, dates ISO 8601 in UTC, tables lists of pairs."""
    plain: Plain = _to_plain(program)
    return plain


def program_from_plain(plain: Plain, version: int = 0) -> Program:
    """The inverse of `program_to_plain`. What was not yet known when it was stored takes its default.

    Raises ValueError for a part that this code does not know: a programme of a newer release.
    """
    program: Program = _from_plain(plain, Record(Program))
    return replace(program, version=version)


def reward_to_plain(reward: Reward) -> Plain:
    """One reward, as `program_to_plain` has it."""
    plain: Plain = _to_plain(reward)
    return plain


def reward_from_plain(plain: Plain) -> Reward:
    """The inverse; what was not yet known when it was stored takes its default."""
    reward: Reward = _from_plain(plain, Record(Reward))
    return reward


def _to_plain(value: Any) -> Any:
    if type(value) in _AS_THEY_ARE:  # most of a large catalog
        return value
    match value:
        case tuple():
            return [_to_plain(item) for item in value]
        case Mapping():
            # Pairs: a category may hold dots and dollars, which a document's field names should not.
            return [[key, _to_plain(item)] for key, item in value.items()]
        case _ if is_dataclass(value):
            record: Any = type(value)
            return {part.name: _to_plain(getattr(value, part.name)) for part in parts_of(record)}
    return _one_to_plain(value)


def _one_to_plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case Decimal():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
    return value


def _from_plain(plain: Any, shape: Shape) -> Any:
    if plain is None:
        return None
    match shape:
        case Record(of=record):
            return _record(plain, record)
        case Many(item=item):
            return tuple(_from_plain(value, item) for value in plain)
        case Table(value=value):
            return {key: _from_plain(found, value) for key, found in plain}
        case One(of=kind):
            return kind.fromisoformat(plain) if issubclass(kind, date) else kind(plain)


def _record(plain: Plain, record: Any) -> Any:
    shapes = {part.name: part.shape for part in parts_of(record)}
    if unknown := sorted(plain.keys() - shapes.keys()):
        raise ValueError(f"this release does not know {', '.join(unknown)} of {record.__name__}")
    return record(**{name: _from_plain(value, shapes[name]) for name, value in plain.items()})
