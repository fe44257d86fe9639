"""Why an expression was refused: where, in our words, and with a caret under the place."""

from dataclasses import dataclass

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Unfit:
    """A text that is no expression for its place. `line` and `column` count from 1, in characters.

    `excerpt` is the line (a long one cut around the place), a line feed, and a caret under the place.
    """

    line: int
    column: int
    reason: str
    excerpt: str


def unfit(text: str, line: int, column: int, reason: str) -> Unfit:
    """A refusal of `text` at a place; a place outside it is brought to the nearest one inside."""
    lines = text.split("\n")
    line = min(max(line, 1), len(lines))
    source = lines[line - 1].rstrip("\r")
    column = min(max(column, 1), len(source) + 1)
    return Unfit(line, column, reason, _excerpt(source, column))


def unfit_at(text: str, offset: int, reason: str) -> Unfit:
    """A refusal of `text` at the character with this number, counted from 0."""
    before = text[:offset].split("\n")
    return unfit(text, len(before), len(before[-1]) + 1, reason)


def _excerpt(source: str, column: int) -> str:
    begin = max(0, min(column - _WIDTH // 2, len(source) - _WIDTH))
    shown = source[begin : begin + _WIDTH].replace("\t", " ")
    return f"{shown}\n{' ' * (column - 1 - begin)}^"
