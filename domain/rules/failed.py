"""An expression that gave nothing for an event, and why."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failed:
    """What an expression asks for cannot be told of these facts. `reason` is in our words."""

    reason: str


_EXPLAINED: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
    (re.compile(r"NOT_FOUND: Key not found in map : \"?(.*?)\"?"), lambda found: f"there is no '{found[1]}'"),
    (re.compile(r"INVALID_ARGUMENT: (?:divide|modulus|modulo) by zero"), lambda _: "divides by zero"),
    (re.compile(r".*No value with name \"(.*)\" found .*"), lambda found: f"there is no {found[1]} here"),
    (re.compile(r".*overflow.*"), lambda _: "gives a number beyond 64 bits"),
    (re.compile(r".*[Ii]teration budget.*"), lambda _: "takes too many steps"),
    (re.compile(r".*No matching overloads found.*"), lambda _: "meets a value of another kind than it needs"),
    (re.compile(r".*[Ii]ndex error.*"), lambda _: "asks for more than a list holds"),
    (re.compile(r".*cannot convert string to .*"), lambda _: "finds no number in a text"),
]  # fmt: skip


def failed(message: str) -> Failed:
    """What the engine says went wrong, in our words."""
    message = message.partition("\n")[0]
    for pattern, explain in _EXPLAINED:
        if found := pattern.fullmatch(message):
            return Failed(explain(found))
    return Failed(message.partition(": ")[2].lower() or message)
