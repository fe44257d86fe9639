"""Picking values out of a row, as a mapping says."""

import re
from collections.abc import Callable
from typing import Any

Pick = Callable[[Any], Any]
"""The value of one field in a row; None when the row has none. An empty text is none, too: CSV knows no other."""

_SLOT = re.compile(r"\{([^{}]+)\}")


def compile_pick(source: Any) -> Pick:
    """A pick from how a mapping writes it. Raises ValueError for anything else.

    `total` is a column or a property, `customer.id` one inside another, `3` a position in a list,
    `shop/{store}` a text with values in it, and `{constant: purchase}` the same for every row.
    """
    if isinstance(source, dict) and set(source) == {"constant"}:
        constant = source["constant"]
        return lambda _row: constant
    if isinstance(source, bool) or not isinstance(source, str | int):
        raise ValueError("a field is a column, a path, a position, a template, or {constant: value}")
    if isinstance(source, int):
        return _position(source)
    return _template(source) if _SLOT.search(source) else _path(source)


def _position(position: int) -> Pick:
    def pick(row: Any) -> Any:
        if not isinstance(row, list) or not 0 <= position < len(row):
            return None
        found = row[position]
        return None if found == "" else found

    return pick


def _path(path: str) -> Pick:
    names = path.split(".")

    def pick(row: Any) -> Any:
        if not isinstance(row, dict):
            return None
        if path in row:  # a CSV column may have a dot in its name
            return _value(row[path])
        found: Any = row
        for name in names:
            if not isinstance(found, dict) or name not in found:
                return None
            found = found[name]
        return _value(found)

    return pick


def _template(template: str) -> Pick:
    pieces = _SLOT.split(template)
    texts, picks = pieces[::2], [_path(path) for path in pieces[1::2]]

    def pick(row: Any) -> Any:
        made = texts[0]
        for part, text in zip(picks, texts[1:], strict=True):
            value = part(row)
            if isinstance(value, bool) or not isinstance(value, str | int):
                return None
            made += f"{value}{text}"
        return made

    return pick


def _value(value: Any) -> Any:
    return None if value == "" else value
