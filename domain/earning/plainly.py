"""Expressions of plain values, made functions of ours.

The engine checks and explains every expression; but most conditions of rules say no more than
`event.amount >= 5000 && member.tier == "gold"`, and to bring an event to the engine takes longer than fifty of
these. What is made here gives what the engine gives, which a test holds. Where the engine would fail, because a
number passes 64 bits or is divided by zero, or an attribute is not there, it raises one of `FAILS`, and the engine
is asked after all: it knows what to say, and what `&&` and `||` make of it.

It is written as Python of nothing but the names given here, constants in their own notation, and operators.
"""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from domain.rules import Expression
from domain.rules.syntax import kind_of

Plain = Callable[[Any], Any]
Sources = Mapping[str, str]
"""Names of expressions as Python."""

_NONE: Sources = MappingProxyType({})
FAILS = (ArithmeticError, KeyError)
_BOUND = 2**63
_EQUALITIES = ("_==_", "_!=_")
_FORMS = {
    "_==_": "({} == {})",
    "_!=_": "({} != {})",
    "_<_": "({} < {})",
    "_<=_": "({} <= {})",
    "_>_": "({} > {})",
    "_>=_": "({} >= {})",
    "_&&_": "({} and {})",
    "_||_": "({} or {})",
    "!_": "(not {})",
    "@in": "({} in {})",
    "_+_": "added({}, {})",
    "_-_": "less({}, {})",
    "_*_": "times({}, {})",
    "_/_": "divided({}, {})",
    "_%_": "rest({}, {})",
}


def plainly(
    expression: Expression, of: str, sources: Sources, *, maps: Sources = _NONE, template: str = "{}"
) -> Plain | None:
    """The expression as a function of one argument, called `of` in `sources`; None when it says more.

    `sources` may know sizes, as "size(event.lines)"; `maps` hold values of which only texts are compared.
    `template`: what is made of the expression's own value.
    """
    source = _Reader(sources, maps).read(expression.root)
    if source is None:
        return None
    try:
        return eval(f"lambda {of}: {template.format(source)}", dict(_FUNCTIONS))  # type: ignore[no-any-return]
    except (SyntaxError, MemoryError, RecursionError):
        # It nests more deeply than Python reads.
        return None


class _Reader:
    """Writes syntax trees as Python."""

    def __init__(self, sources: Sources, maps: Sources) -> None:
        self._sources = sources
        self._maps = maps

    def read(self, node: Any) -> str | None:
        """The node as Python; None when it is of another kind."""
        match kind_of(node):
            case "const":
                return _constant(node)
            case "select" if node.select_expr.test_only:
                return self._of_map("({field!r} in {map})", node)
            case "select" | "ident":
                return self._sources.get(_name(node))
            case "call" if not node.call_expr.HasField("target"):
                return self._call(node.call_expr.function, node.call_expr.args)
        return None

    def _call(self, function: str, args: Any) -> str | None:
        if function == "size":
            return self._sources.get(f"size({_name(args[0])})")
        if function == "@in":
            parts = [self._beside(args[0], args[1].list_expr.elements), self._list(args[1])]
        elif function in _EQUALITIES:
            parts = [self._beside(args[0], args[1:]), self._beside(args[1], args[:1])]
        else:
            parts = [self.read(arg) for arg in args]
        return None if None in parts or function not in _FORMS else _FORMS[function].format(*parts)

    def _beside(self, node: Any, others: Any) -> str | None:
        """A value that is compared with others. One of a map may be of any kind, and only texts are so in Python
        as they are to the engine: equal to the same text and to nothing else."""
        if kind_of(node) != "select" or node.select_expr.test_only or not all(map(_is_text, others)):
            return self.read(node)
        return self.read(node) or (self._of_map("{map}[{field!r}]", node) if others else None)

    def _of_map(self, form: str, node: Any) -> str | None:
        select = node.select_expr
        source = self._maps.get(select.operand.ident_expr.name)
        return None if source is None else form.format(map=source, field=str(select.field))

    def _list(self, node: Any) -> str | None:
        """A list of constants, or a value that is one."""
        if kind_of(node) != "list":
            return self.read(node)
        constants = [_constant(element) for element in node.list_expr.elements]
        return None if None in constants else f"({''.join(f'{constant}, ' for constant in constants)})"


def _bounded(operate: Callable[[int, int], int]) -> Callable[[int, int], int]:
    def bounded(one: int, other: int) -> int:
        result = operate(one, other)
        if not -_BOUND <= result < _BOUND:
            raise OverflowError
        return result

    return bounded


def _divided(one: int, other: int) -> int:
    """Towards zero, as the engine does; Python goes down."""
    whole = abs(one) // abs(other)
    return whole if (one < 0) == (other < 0) else -whole


def _added(one: Any, other: Any) -> Any:
    """Texts are joined; numbers have a bound."""
    result = one + other
    if isinstance(result, int) and not -_BOUND <= result < _BOUND:
        raise OverflowError
    return result


_FUNCTIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "added": _added,
    "less": _bounded(operator.sub),
    "times": _bounded(operator.mul),
    "divided": _bounded(_divided),
    "rest": _bounded(lambda one, other: one - other * _divided(one, other)),
}


def _constant(node: Any) -> str | None:
    """A whole number or a text, as Python; None for anything else."""
    if kind_of(node) != "const":
        return None
    constant = node.const_expr
    if constant.HasField("int64_value"):
        return f"({constant.int64_value})"
    return repr(str(constant.string_value)) if constant.HasField("string_value") else None


def _is_text(node: Any) -> bool:
    return kind_of(node) == "const" and bool(node.const_expr.HasField("string_value"))


def _name(node: Any) -> str:
    """The name that a node refers to, with its field; nothing that is known for any other node."""
    match kind_of(node):
        case "ident":
            return str(node.ident_expr.name)
        case "select" if not node.select_expr.test_only:
            return f"{node.select_expr.operand.ident_expr.name}.{node.select_expr.field}"
    return ""
