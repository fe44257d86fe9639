"""What the engine complains of, in words for someone who is no programmer."""

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from domain.rules.kinds import in_words
from domain.rules.vocabulary import FACTS, PACKAGE, fields_of

_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*)")
_INSTEAD = {"and": "&&", "or": "||", "not": "!", "=": "==", "&": "&&", "|": "||"}


def complaint(message: str, text: str, names: Sequence[str]) -> tuple[int, int, str]:
    """Line, column and reason of the first complaint in an error message of the engine's compiler."""
    found = _PLACE.search(message)
    if found is None:
        return 1, 1, "nests too deeply" if "recursion" in message else "is no expression"
    line, column, said = int(found[1]), int(found[2]), found[3].removesuffix(" [INVALID_ARGUMENT]")
    return line, column, _reason(said, _rest(text, line, column), names)


def _rest(text: str, line: int, column: int) -> str:
    """What stands at a place and behind it, on its line."""
    lines = text.split("\n")
    return lines[line - 1][column - 1 :] if line <= len(lines) else ""


def _reason(said: str, rest: str, names: Sequence[str]) -> str:
    for pattern, explain in _EXPLAINED:
        if match := pattern.fullmatch(said):
            return explain(match, rest, names)
    return said.replace(f"{PACKAGE}.", "")


def _no_field(match: re.Match[str], rest: str, names: Sequence[str]) -> str:
    fields = next((fields_of(facts) for message, facts in FACTS.values() if message == match[2]), {})
    owner = in_words(f"{PACKAGE}.{match[2]}")
    return f"there is no '{match[1]}' in {owner}{perhaps(match[1], list(fields))}"


def _no_name(match: re.Match[str], rest: str, names: Sequence[str]) -> str:
    name = match[1]
    if rest.startswith("("):
        return f"there is no function '{name}'"
    owner, _, code = name.partition(".")
    if owner in ("counters", "streaks") and code:
        codes = [known.partition(".")[2] for known in names if known.startswith(f"{owner}.")]
        return f"there is no '{code}' in {owner}{perhaps(code, codes)}"
    owner = owner if code else name
    return f"there is no '{owner}' here{perhaps(owner, [known for known in names if '.' not in known])}"


def _no_overload(match: re.Match[str], rest: str, names: Sequence[str]) -> str:
    sign = match[1].strip("_")
    kinds = " and ".join(in_words(kind) for kind in _split(match[2])) or "nothing"
    return f"'{sign}' does not take {kinds}"


def _no_select(match: re.Match[str], rest: str, names: Sequence[str]) -> str:
    return f"{in_words(match[1])} has no fields"


def _unknown_sign(match: re.Match[str], rest: str, names: Sequence[str]) -> str:
    sign = match[1].strip()
    if sign[:1] in ("'", '"'):
        return "a text is not closed by its quotation mark"
    return f"'{sign}' means nothing here{_rather(sign)}"


def _unexpected(match: re.Match[str], rest: str, names: Sequence[str]) -> str:
    return "ends too early" if match[1] == "<EOF>" else f"'{match[1]}' is not expected here{_rather(match[1])}"


_Explain = Callable[[re.Match[str], str, Sequence[str]], str]
_EXPLAINED: list[tuple[re.Pattern[str], _Explain]] = [
    (re.compile(r"undefined field '(.*)' not found in struct '\w+\.(\w+)'"), _no_field),
    (re.compile(r"undeclared reference to '(.*)' \(in container ''\)"), _no_name),
    (re.compile(r"found no matching overload for '(.*)' applied to '\((.*)\)'"), _no_overload),
    (re.compile(r"expression of type '(.*)' cannot be the operand of a select operation"), _no_select),
    (re.compile(r"Syntax error: token recognition error at: '(.*?)'?"), _unknown_sign),
    (re.compile(r"Syntax error: (?:mismatched|extraneous) input '(.*)' expecting .*"), _unexpected),
    (re.compile(r"Syntax error: no viable alternative at input '(.*)'"), _unexpected),
    (re.compile(r"invalid u?int literal"), lambda *_: "this whole number is too large"),
    (re.compile(r"reserved identifier: (.*)"), lambda match, *_: f"'{match[1]}' is a reserved word"),
    (re.compile(r".*recursion.*"), lambda *_: "nests too deeply"),
]  # fmt: skip


def _rather(sign: str) -> str:
    return f": did you mean '{_INSTEAD[sign]}'?" if sign in _INSTEAD else ""


def perhaps(name: str, known: Sequence[str]) -> str:
    """The known name that was meant, as the end of a sentence; empty when none comes close. Case is no mistake."""
    small = {one.lower(): one for one in known}
    close = get_close_matches(name.lower(), small, n=1)
    return f": did you mean '{small[close[0]]}'?" if close else ""


def _split(kinds: str) -> list[str]:
    """The types of arguments, split at the commas that are in no parentheses."""
    parts, depth, begin = [], 0, 0
    for index, sign in enumerate(kinds):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(kinds[begin:index].strip())
            begin = index + 1
    return [part for part in (*parts, kinds[begin:].strip()) if part]
