"""Values in explanations: as they are, or as a short text."""

from collections.abc import Mapping
from typing import Any

_LENGTH = 40


def short(value: Any) -> Any:
    """A value that an explanation can hold: lists, maps and long texts as text of at most 40 characters."""
    if isinstance(value, list | tuple):
        texts = all(isinstance(item, str) for item in value)
        return _cut(", ".join(value)) if texts else f"{len(value)} of them"
    if isinstance(value, Mapping):
        return _cut(", ".join(f"{name}: {short(item)}" for name, item in value.items()))
    if value is None or isinstance(value, bool | int | float):
        return value
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"
