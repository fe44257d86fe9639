"""What is wrong with a text that staff wrote, before it is ever sent."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from jinja2 import nodes

from domain.alerts.template import MAX_BODY, MAX_TITLE, MAX_TITLE_SOURCE, TextProblem
from notifications.words.engine import FORMATS, BadText, check, fill, parse
from notifications.words.examples import usable, variations
from notifications.words.formats import Formats, nearest_formats

_MOST: Final = {"title": MAX_TITLE_SOURCE, "body": MAX_BODY}
_PART: Final = re.compile(r"\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)")


def check_template(name: str, title: str, body: str, *, locale: str = "en") -> list[TextProblem]:
    """Everything wrong with a text for a template in a locale, the title's first; empty for one that can be kept.

    It must be readable and allowed, use nothing that its messages do not bring, and come out with every example:
    numbers of each plural, with and without a name. Raises KeyError for a template that is not there.
    """
    formats = nearest_formats(locale)
    return [
        problem
        for field, text in (("title", title), ("body", body))
        for problem in _problems(name, field, text, locale, formats)
    ]


def _problems(name: str, field: str, text: str, locale: str, formats: Formats) -> list[TextProblem]:
    if not text.strip():
        return [TextProblem(field, "It is empty.")]
    if len(text) > _MOST[field]:
        return [TextProblem(field, f"At most {_MOST[field]:,} characters: it has {len(text):,}.")]
    if field == "title" and "\n" in text:
        return [TextProblem(field, "A title has one line.", 1, text.index("\n") + 1)]
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        return [TextProblem(field, "It has a character that cannot be shown.")]
    try:
        tree = parse(text)
        check(tree)
    except BadText as fault:
        return [TextProblem(field, str(fault), fault.line, _column(text, fault.line))]
    return list(_unknown(tree, name, field, text, locale)) or _failing(name, field, text, locale, formats)


def _unknown(tree: nodes.Template, name: str, field: str, text: str, locale: str) -> Iterator[TextProblem]:
    known = usable(name, locale)
    for node in tree.find_all(nodes.Name):
        if node.name in known:
            continue
        near = get_close_matches(node.name[:100], known, n=1)
        guess = f": did you mean {near[0]!r}?" if near else f". There are: {', '.join(sorted(known))}."
        message = f"No message of {name} has {node.name!r}{guess}"
        yield TextProblem(field, message, node.lineno, _place(text, node.lineno, node.name))


def _failing(name: str, field: str, text: str, locale: str, formats: Formats) -> list[TextProblem]:
    for values in variations(name, locale):
        try:
            filled = fill(text, {**values, FORMATS: formats})
        except Exception as fault:
            return [TextProblem(field, f"It fails with {_shown(values)}: {fault}")]
        if not filled.strip():
            return [TextProblem(field, f"Nothing is left of it with {_shown(values)}.")]
        if field == "title" and len(filled) > MAX_TITLE:
            return [TextProblem(field, f"It reads {len(filled)} characters, of at most {MAX_TITLE}.")]
    return []


def _shown(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items() if isinstance(value, int | str))[:200]


def _place(text: str, line: int, word: str) -> int | None:
    """The column of a word in a line, both from 1."""
    lines = text.split("\n")
    found = lines[line - 1].find(word) if line <= len(lines) else -1
    return found + 1 if found >= 0 else None


def _column(text: str, line: int | None) -> int | None:
    """Where the part begins that cannot be read, as near as it can be told: the first that fails by itself."""
    lines = text.split("\n")
    if line is None or line > len(lines):
        return None
    here = lines[line - 1]
    parts = [(one.start() + 1, one[0]) for one in _PART.finditer(here)]
    return next((place for place, part in parts if _fails(part)), parts[-1][0] if parts else None)


def _fails(part: str) -> bool:
    """Whether a part of a text cannot stand in any; `else` and the ends of others always can."""
    word = part[2:].strip("- %}").partition(" ")[0]
    if part.startswith("{%") and word in ("else", "endif", "raw", "endraw"):
        return False
    try:
        check(parse(part if part.startswith("{{") else part.replace("elif", "if", 1) + "{% endif %}"))
    except BadText:
        return True
    return False
