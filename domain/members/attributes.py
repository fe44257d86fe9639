"""Free attributes, of a member or an event: a small JSON object that any store and client carries unchanged."""

import json
import math
from collections.abc import Mapping
from typing import Any

from domain.members.text import has_control
from domain.refusals import Refused, invalid

MAX_BYTES = 8 * 1024
MAX_DEPTH = 5
_MAX_NAME = 100
_MAX_WHOLE = 2**53 - 1


def attributes(value: Any) -> Mapping[str, Any] | Refused:
    """The attributes; {} for None. Refuses what is no JSON object, over 8 KiB or nested deeper than 5."""
    if value is None or value == {}:
        return {}
    if not isinstance(value, Mapping):
        return invalid("Attributes are a JSON object.", "attributes")
    if fault := _fault(value, depth=1):
        return invalid(fault, "attributes")
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if len(text.encode()) > MAX_BYTES:
        return invalid(f"Attributes take at most {MAX_BYTES} bytes as JSON.", "attributes")
    return value


def _fault(value: Any, depth: int) -> str | None:
    """What is wrong with a value, or None; bounded by the depth that it refuses."""
    if isinstance(value, Mapping | list):
        return _fault_inside(value, depth)
    if isinstance(value, str):
        return "Attributes hold valid Unicode text without NUL." if _is_broken(value) else None
    if isinstance(value, float):
        return None if math.isfinite(value) else "Attributes hold finite numbers."
    if isinstance(value, int):
        return None if abs(value) <= _MAX_WHOLE else "Whole numbers in attributes are within ±(2^53 - 1)."
    return None if value is None else "Attributes hold JSON values only."


def _fault_inside(value: Mapping[Any, Any] | list[Any], depth: int) -> str | None:
    if depth > MAX_DEPTH:
        return f"Attributes nest at most {MAX_DEPTH} deep."
    if isinstance(value, Mapping):
        if not all(_is_name(name) for name in value):
            return f"Names in attributes have 1 to {_MAX_NAME} characters, no dot and no dollar sign in front."
        value = list(value.values())
    faults = (_fault(item, depth + 1) for item in value)
    return next(filter(None, faults), None)


def _is_name(name: Any) -> bool:
    # Dots and a leading dollar mean a path and an operator to document stores and to segment rules.
    if not isinstance(name, str) or not 1 <= len(name) <= _MAX_NAME:
        return False
    return "." not in name and not name.startswith("$") and not has_control(name)


def _is_broken(text: str) -> bool:
    # To the engine of expressions, a text ends at a NUL: what it does not see, nobody may hide behind.
    return any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)
