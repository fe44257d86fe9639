"""The shape of the programme's dataclasses, read from their annotations, for whoever builds one."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True)
class One:
    """A single value of type `of`: text, number, date or enumeration."""

    of: type[Any]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A tuple of items."""

    item: "Shape"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping from text to values."""

    value: "Shape"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A dataclass, `of`."""

    of: Any
    optional: bool = False


Shape = One | Many | Table | Record


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a record."""

    name: str
    shape: Shape
    required: bool


@cache
def parts_of(record: Any) -> tuple[Part, ...]:
    """The fields that a programme's author writes, in order; `version` is the store's to give."""
    hints = get_type_hints(record)
    return tuple(
        Part(part.name, _shape(hints[part.name]), part.default is MISSING and part.default_factory is MISSING)
        for part in fields(record)
        if part.name != "version"
    )


def _shape(hint: Any, optional: bool = False) -> Shape:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        return _shape(inner, optional=True)
    if origin is tuple:
        return Many(_shape(arguments[0]), optional)
    if origin is Mapping:
        return Table(_shape(arguments[1]), optional)
    return Record(hint, optional) if is_dataclass(hint) else One(hint, optional)
