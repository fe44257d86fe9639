"""An expression that gave nothing for an event, and why."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failed:
    """What an expression asks for cannot be told of these facts. `reason` is in our words."""

    reason: str


_MISSING = re.compile(r"NOT_FOUND: Key not found in map : \"?(.*?)\"?")
_ABSENT = re.compile(r".*No value with name \"(.*)\" found .*")
_EXPLAINED = [
    (re.compile(r".*(?:divide|modulus|modulo) by zero.*"), "divides by zero"),
    (re.compile(r".*overflow.*"), "gives a number beyond 64 bits"),
    (re.compile(r".*[Ii]teration budget.*"), "takes too many steps"),
    (re.compile(r".*No matching overloads found.*"), "meets a value of another kind than it needs"),
    (re.compile(r".*[Ii]ndex error.*"), "asks for more than a list holds"),
    (re.compile(r".*cannot convert string to .*"), "finds no number in a text"),
]


def failed(message: str, text: str) -> Failed:
    """What the engine says went wrong with the expression in `text`, in our words; repeats no fact."""
    message = message.partition("\n")[0]
    if missing := _MISSING.fullmatch(message):
        # A name that the expression does not write out comes from the facts, and may be personal.
        return Failed(
            f"there is no '{missing[1]}'" if missing[1] in text else "there is none of the name it asks for"
        )
    if absent := _ABSENT.fullmatch(message):
        return Failed(f"there is no {absent[1]} here")
    for pattern, reason in _EXPLAINED:
        if pattern.fullmatch(message):
            return Failed(reason)
    return Failed("meets a value that it cannot take")
