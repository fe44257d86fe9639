"""Codes of the programme that an expression names: a text that a field can never hold is a typing mistake.

Looked for where a comparison says a text itself: `member.tier == "gold"`, `member.tier in ["gold", "silver"]`,
`"lapsed" in member.segments`, `date.calendars.exists(c, c == "holidays")`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.rules.complaints import perhaps
from domain.rules.expression import Expression
from domain.rules.syntax import Tree, children, kind_of
from domain.rules.unfit import Unfit, unfit_at

WORDS: Mapping[str, str] = {
    "member.tier": "tier",
    "member.segments": "segment",
    "member.perks": "perk",
    "date.calendars": "calendar",
    "redemption.reward": "reward",
    "redemption.kind": "kind of reward",
    "redemption.categories": "category",
}
"""The fields that hold codes of the programme, and what one of them is called."""
_COMPARED = frozenset({"_==_", "_!=_", "@in"})
_LISTED = 8


def misnamed(expression: Expression, codes: Mapping[str, Sequence[str]]) -> Iterator[Unfit]:
    """Each text compared with a field of `codes` that is none of the field's codes, in the order written."""
    tree = expression.tree
    found = sorted((tree.places.get(node.id, 0), field, code) for node, field, code in _unknown(tree, codes))
    for place, field, code in dict.fromkeys(found):
        yield unfit_at(expression.text, place, _reason(WORDS[field], code, codes[field]))


def _reason(word: str, code: str, known: Sequence[str]) -> str:
    listed = f": there is {', '.join(known) or 'none'}" if len(known) <= _LISTED else ""
    return f"there is no {word} '{code}'{perhaps(code, known) or listed}"


def _unknown(tree: Tree, codes: Mapping[str, Sequence[str]]) -> Iterator[tuple[Any, str, str]]:
    for field, node in _compared(tree.root, {}):
        code = node.const_expr.string_value
        if field in codes and code not in codes[field]:
            yield node, field, code


def _compared(node: Any, loops: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Pairs of field and text that are compared; `loops`: the fields over which names of loops run."""
    call = node.call_expr
    if call.function in _COMPARED:
        left, right = call.args
        for one, other in ((left, right), (right, left)):
            if field := _field(one, loops):
                yield from ((field, text) for text in _texts(other))
    if kind_of(node) == "comprehension" and (field := _field(node.comprehension_expr.iter_range, loops)):
        loops = {**loops, node.comprehension_expr.iter_var: field}
    for child in children(node):
        yield from _compared(child, loops)


def _field(node: Any, loops: Mapping[str, str]) -> str | None:
    """The field that a node is, or is an item of."""
    match kind_of(node):
        case "ident":
            return loops.get(node.ident_expr.name)
        case "select":
            owner = node.select_expr.operand.ident_expr.name.lstrip(".")
            name = f"{owner}.{node.select_expr.field}"
            return name if name in WORDS and not node.select_expr.test_only else None
        case "call" if node.call_expr.function == "_[_]":
            return _field(node.call_expr.args[0], loops)
        case _:
            return None


def _texts(node: Any) -> Iterator[Any]:
    """The texts that a node is: one, those of a list, or either of a choice."""
    match kind_of(node):
        case "const" if node.const_expr.HasField("string_value"):
            yield node
        case "list":
            for item in node.list_expr.elements:
                yield from _texts(item)
        case "call" if node.call_expr.function == "_?_:_":
            for chosen in node.call_expr.args[1:]:
                yield from _texts(chosen)
