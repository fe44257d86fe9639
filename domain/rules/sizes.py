"""How large the values of an expression can be at most: what its cost is estimated from."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, get_type_hints

from domain.members.attributes import MAX_BYTES
from domain.rules.facts import LineFacts

# What an event is refused for when it is taken in (a test holds them to be the same there).
MAX_LINES = 1_000
MAX_TEXT = 200
# A character takes four bytes at most.
_TEXT_BYTES = 4 * MAX_TEXT
# Segments, perks, calendars: names that a programme gives; and their codes.
MAX_NAMES = 200
_CODE_BYTES = 40
# So many bytes are read, or copied out of a message, in a step; and fetching any text at all takes these steps.
_READ, _COPIED = 32, 64
_FETCHED = 4


@dataclass(frozen=True, slots=True)
class Size:
    """The most that a value can be: `length` items to loop over, `bytes` of text, `weight` steps to compare it.

    `item` is the largest item of a list, key or value of a map, if there is one; `fields` those of a message.
    What is `loose` is JSON, as large as it is in all: its parts may be anything, and nearly all of it.
    """

    weight: int
    length: int = 0
    bytes: int = 0
    item: "Size | None" = None
    fields: Mapping[str, "Size"] = field(default_factory=dict)
    loose: bool = False

    @property
    def part(self) -> "Size":
        """What an item of it is at most."""
        return self if self.loose else self.item or SCALAR

    @property
    def copied(self) -> int:
        """Steps that fetching the value takes: texts of messages are copied, all else is referred to."""
        if self.loose:
            return _FETCHED
        return _FETCHED + self.bytes // _COPIED if self.bytes else 0

    @property
    def read(self) -> int:
        """Steps that reading the text once takes, sign by sign."""
        return self.bytes // _READ


def text(count: int) -> Size:
    """A text of at most so many bytes."""
    return Size(weight=2 * _FETCHED + count // _COPIED, bytes=count)


def written(count: int) -> Size:
    """A text of so many bytes that stands in the expression, or a number: nothing has to be fetched."""
    return Size(weight=1 + count // _COPIED, bytes=count)


def list_of(length: int, item: Size) -> Size:
    """A list of at most so many items."""
    return Size(weight=1 + length * item.weight, length=length, item=item)


def literal(items: Iterable[Size]) -> Size:
    """A list or map that is written out."""
    items = tuple(items)
    return Size(1 + sum(item.weight for item in items), len(items), item=larger(*items) if items else None)


def larger(*sizes: Size) -> Size:
    """What is at most as large as the largest of these, in every respect."""
    return reduce(_larger, sizes)


def _larger(one: Size, other: Size) -> Size:
    if one.loose or other.loose:
        both = (*_within(one), *_within(other))
        length, size = max(each.length for each in both), max(each.bytes for each in both)
        return Size(max(one.weight, other.weight), length, size, loose=True)
    item = _larger(one.item, other.item) if one.item and other.item else one.item or other.item
    fields = {**one.fields, **other.fields}
    length, size = max(one.length, other.length), max(one.bytes, other.bytes)
    return Size(max(one.weight, other.weight), length, size, item, fields)


def _within(size: Size) -> Iterator[Size]:
    """A size with all that is inside."""
    yield size
    for part in (*([size.item] if size.item else []), *size.fields.values()):
        yield from _within(part)


SCALAR = Size(1)
# An attribute, or all of them: small JSON, whose parts are small JSON, too. A list has an item every two bytes.
JSON = Size(weight=MAX_BYTES, length=MAX_BYTES // 2, bytes=MAX_BYTES, loose=True)
# What each item of the longest list comes to, when there is room for no more.
CRUMB = Size(weight=2, length=1, bytes=2, loose=True)


def size_of(facts: type) -> Size:
    """The most that a message for these facts can be."""
    hints = get_type_hints(facts)
    fields = {each.name: _size(hints[each.name]) for each in dataclasses.fields(facts)}
    return Size(1 + sum(size.weight for size in fields.values()), fields=fields)


def _size(hint: Any) -> Size:
    if hint in (int, bool):
        return SCALAR
    if hint == tuple[LineFacts, ...]:
        return list_of(MAX_LINES, size_of(LineFacts))
    if hint == tuple[str, ...]:
        return list_of(MAX_NAMES, text(_CODE_BYTES))
    return text(_TEXT_BYTES)
