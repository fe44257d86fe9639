"""Whole programmes at random, made from the shape of the dataclasses: what is added there is covered at once."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from domain.program.program import Program
from domain.program.shape import Many, One, Record, Shape, Table, parts_of

_LETTERS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t :#'\"|>&*!-")
_texts = st.text(_LETTERS, max_size=20) | st.sampled_from(
    ["null", "~", "true", "no", "1.0", "a && b", "x\ny", "x\ny\n", "a:\n  b\n\nc", "- a", "?", "2026-01-01"]
)
_moments = st.datetimes(
    datetime(1970, 1, 2),
    datetime(2199, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
).map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))
_ONES: dict[type[Any], st.SearchStrategy[Any]] = {
    str: _texts,
    int: st.integers(-(10**17), 10**17),
    Decimal: st.decimals(-1000, 1000, allow_nan=False, places=3) | st.sampled_from([Decimal("1.00"), Decimal(1)]),
    bool: st.booleans(),
    datetime: _moments,
    date: st.dates(),
}


def of_shape(shape: Shape) -> st.SearchStrategy[Any]:
    """Any value of a shape, None among them where it may be."""
    strategy = _of_shape(shape)
    return st.none() | strategy if shape.optional else strategy


def _of_shape(shape: Shape) -> st.SearchStrategy[Any]:
    match shape:
        case One(of=kind):
            return st.sampled_from(kind) if issubclass(kind, Enum) else _ONES[kind]
        case Many(item=item):
            return st.lists(of_shape(item), max_size=2).map(tuple)
        case Table(value=value):
            return st.dictionaries(_texts, of_shape(value), max_size=2)
        case Record(of=record):
            return of_record(record)


def of_record(record: Any) -> st.SearchStrategy[Any]:
    """Any such record; what has a default is left at it about half the time."""
    required = {part.name: of_shape(part.shape) for part in parts_of(record) if part.required}
    optional = {part.name: of_shape(part.shape) for part in parts_of(record) if not part.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda values: record(**values))


any_program: st.SearchStrategy[Program] = st.deferred(lambda: of_record(Program))
