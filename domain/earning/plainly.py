"""Expressions of plain values, made functions of ours.

The engine checks and explains every expression; but most conditions of rules say no more than
`event.amount >= 5000 && member.tier == "gold"`, and to bring an event to the engine takes longer than fifty of
these. What is made here gives what the engine gives, which a test holds. Where the engine would fail, because a
number passes 64 bits or is divided by zero, it raises ArithmeticError, and the engine is asked after all.
"""

import operator
from collections.abc import Callable, Mapping, Sized
from typing import Any

from domain.rules import Expression
from domain.rules.syntax import kind_of

Plain = Callable[[Any], Any]
Getters = Mapping[str, Plain]

_BOUND = 2**63


def plainly(expression: Expression, getters: Getters, sizes: Mapping[str, Callable[[Any], Sized]]) -> Plain | None:
    """The expression as a function of what the getters take; None when it says more than can be said so.

    `sizes`: lists of which only the size can be asked.
    """
    return _Reader(getters, sizes).read(expression.root)


class _Reader:
    """Reads syntax trees with the values of these names."""

    def __init__(self, getters: Getters, sizes: Mapping[str, Callable[[Any], Sized]]) -> None:
        self._getters = getters
        self._sizes = sizes

    def read(self, node: Any) -> Plain | None:
        """The node as a function; None when it is of another kind."""
        match kind_of(node):
            case "const":
                constant = _constant(node)
                return None if constant is None else lambda _: constant
            case "select" | "ident":
                return self._getters.get(_name(node))
            case "call" if not node.call_expr.HasField("target"):
                return self._call(node.call_expr.function, node.call_expr.args)
        return None

    def _call(self, function: str, args: Any) -> Plain | None:
        if function == "@in":
            return self._is_in(*args)
        if function == "size":
            sized = self._sizes.get(_name(args[0]))
            return None if sized is None else lambda subject: len(sized(subject))
        parts = [plain for arg in args if (plain := self.read(arg)) is not None]
        if len(parts) < len(args):
            return None
        if function in _OPERATORS and len(args) == 2:
            return _operated(_OPERATORS[function], parts[0], parts[1], _constant(args[1]))
        return _joined(function, parts)

    def _is_in(self, item: Any, within: Any) -> Plain | None:
        """A value in a list of constants, or a constant in a list of values."""
        get = self.read(item)
        if get is None:
            return None
        if kind_of(within) != "list":
            values = self._getters.get(_name(within))
            return None if values is None else lambda subject: get(subject) in values(subject)
        constants = [_constant(element) for element in within.list_expr.elements]
        among = frozenset(constants)
        return None if None in among else lambda subject: get(subject) in among


def _joined(function: str, parts: list[Plain]) -> Plain | None:
    """What joins truths. What raises on the way is asked of the engine, which looks at both sides."""
    match function, parts:
        case "_&&_", [one, other]:
            return lambda subject: one(subject) and other(subject)
        case "_||_", [one, other]:
            return lambda subject: one(subject) or other(subject)
        case "!_", [one]:
            return lambda subject: not one(subject)
        case _:
            return None


def _operated(operate: Callable[[Any, Any], Any], one: Plain, other: Plain, constant: int | str | None) -> Plain:
    """An operator between two values; the second is mostly a constant."""
    if constant is None:
        return lambda subject: operate(one(subject), other(subject))
    return lambda subject: operate(one(subject), constant)


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


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "_==_": operator.eq,
    "_!=_": operator.ne,
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
    "_+_": _added,
    "_-_": _bounded(operator.sub),
    "_*_": _bounded(operator.mul),
    "_/_": _bounded(_divided),
    "_%_": _bounded(lambda one, other: one - other * _divided(one, other)),
}


def _constant(node: Any) -> int | str | None:
    """A whole number or a text; None for anything else."""
    if kind_of(node) != "const":
        return None
    constant = node.const_expr
    if constant.HasField("int64_value"):
        return int(constant.int64_value)
    return str(constant.string_value) if constant.HasField("string_value") else None


def _name(node: Any) -> str:
    """The name that a node refers to, with its field; nothing that is known for any other node."""
    match kind_of(node):
        case "ident":
            return str(node.ident_expr.name)
        case "select" if not node.select_expr.test_only:
            return f"{node.select_expr.operand.ident_expr.name}.{node.select_expr.field}"
    return ""
