"""Expressions that only compare plain values, made functions of ours.

The engine checks and explains every expression; but most conditions of rules say no more than
`event.amount >= 5000 && member.tier == "gold"`, and to bring an event to the engine takes longer than fifty of
these. What is made here gives what the engine gives, which a test holds; whatever else an expression says goes to
the engine.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from domain.rules import Expression
from domain.rules.syntax import kind_of

Plain = Callable[[Any], Any]
Getters = Mapping[str, Plain]

# Not the arithmetic: the engine's numbers have 64 bits, and its division rounds otherwise.
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "_==_": operator.eq,
    "_!=_": operator.ne,
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
}


def plainly(expression: Expression, getters: Getters) -> Plain | None:
    """The expression as a function of what the getters take; None when it says more than comparisons do."""
    return _plain(expression.root, getters)


def _plain(node: Any, getters: Getters) -> Plain | None:
    kind = kind_of(node)
    if kind == "select" and not node.select_expr.test_only:
        return getters.get(f"{node.select_expr.operand.ident_expr.name}.{node.select_expr.field}")
    if kind == "ident":
        return getters.get(node.ident_expr.name)
    return _call(node.call_expr, getters) if kind == "call" and not node.call_expr.HasField("target") else None


def _call(call: Any, getters: Getters) -> Plain | None:
    if call.function == "@in":
        return _is_in(call.args, getters)
    if call.function in _COMPARISONS:
        return _compares(_COMPARISONS[call.function], call.args, getters)
    parts = [_plain(arg, getters) for arg in call.args]
    if None in parts:
        return None
    return _joined(call.function, [part for part in parts if part])


def _joined(function: str, parts: list[Plain]) -> Plain | None:
    """What joins truths; nothing here can fail, so that the engine's order of looking does not matter."""
    match function, parts:
        case "_&&_", [one, other]:
            return lambda subject: one(subject) and other(subject)
        case "_||_", [one, other]:
            return lambda subject: one(subject) or other(subject)
        case "!_", [one]:
            return lambda subject: not one(subject)
        case _:
            return None


def _compares(compare: Callable[[Any, Any], bool], args: Any, getters: Getters) -> Plain | None:
    """A value compared with a constant, on whichever side; of two values the types could differ."""
    left, right = (_constant(arg) for arg in args)
    if (left is None) == (right is None):
        return None
    get = _plain(args[0] if left is None else args[1], getters)
    if get is None:
        return None
    if left is None:
        return lambda subject: compare(get(subject), right)
    return lambda subject: compare(left, get(subject))


def _is_in(args: Any, getters: Getters) -> Plain | None:
    """A value in a list of constants, or a constant in a list of values."""
    constant = _constant(args[0])
    if constant is not None:
        within = _plain(args[1], getters)
        return None if within is None else lambda subject: constant in within(subject)
    get = _plain(args[0], getters)
    if get is None or kind_of(args[1]) != "list":
        return None
    constants = [_constant(element) for element in args[1].list_expr.elements]
    among = frozenset(constants)
    return None if None in among else lambda subject: get(subject) in among


def _constant(node: Any) -> int | str | None:
    """A whole number or a text; None for anything else."""
    if kind_of(node) != "const":
        return None
    constant = node.const_expr
    if constant.HasField("int64_value"):
        return int(constant.int64_value)
    return str(constant.string_value) if constant.HasField("string_value") else None
