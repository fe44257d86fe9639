"""Expressions of plain values, made functions of ours.

The engine checks and explains every expression; but most conditions of rules say no more than
`event.amount >= 5000 && member.tier == "gold"`, and to bring an event to the engine takes longer than fifty of
these. What is made here gives what the engine gives, which a test holds. Where the engine would fail, because a
number passes 64 bits or is divided by zero, or an attribute is not there, it raises one of `FAILS`, and the engine
is asked after all: it knows what to say, and what `&&` and `||` make of it.

It is a tree of small functions, one for each node, that only look at what the names given here lead to.
"""

import functools
import operator
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from domain.rules import Expression
from domain.rules.syntax import kind_of

Plain = Callable[[Any], Any]
Sources = Mapping[str, Plain]
"""What names of expressions lead to."""

_NONE: Sources = MappingProxyType({})
FAILS = (ArithmeticError, KeyError)
_BOUND = 2**63
_EQUALITIES = ("_==_", "_!=_")


class Names(NamedTuple):
    """What can be named plainly. `values` may know sizes, as "size(event.lines)"; `maps` hold values of which only
    texts are compared; `lists` are asked whether any item is such, by the values of one item."""

    values: Sources
    maps: Sources = _NONE
    lists: Mapping[str, tuple[Plain, Sources]] = MappingProxyType({})


def plainly(expression: Expression, names: Names) -> Plain | None:
    """The expression as a function of what the names lead from; None when it says more than they know."""
    return _Reader(names).read(expression.root)


def necessarily(expression: Expression, names: Names) -> Plain | None:
    """What must hold for the expression to: those of its parts joined by && that are plain; None when none is.

    One part that does not hold is enough, whatever the others give or fail with.
    """
    reader = _Reader(names)
    parts = [plain for part in _conjuncts(expression.root) if (plain := reader.read(part)) is not None]
    return functools.reduce(_both, parts) if parts else None


def only_where(expression: Expression, names: Collection[str]) -> tuple[str, str] | None:
    """One of these names and the text that it must be for the expression to hold; None where it may without.

    It is a part of the expression that is joined to all others by &&, and cannot fail.
    """
    for part in _conjuncts(expression.root):
        if kind_of(part) == "call" and part.call_expr.function == "_==_":
            one, other = part.call_expr.args
            name, text = (other, one) if _is_text(one) else (one, other)
            if _name(name) in names and _is_text(text):
                return _name(name), str(_value(text))
    return None


def _conjuncts(node: Any) -> Iterator[Any]:
    if kind_of(node) == "call" and node.call_expr.function == "_&&_":
        for arg in node.call_expr.args:
            yield from _conjuncts(arg)
    else:
        yield node


class _Reader:
    """Makes functions of syntax trees."""

    def __init__(self, names: Names) -> None:
        self._sources, self._maps, self._lists = names

    def read(self, node: Any) -> Plain | None:
        """The function of a node; None when it is of another kind."""
        match kind_of(node):
            case "const":
                return _constant(node)
            case "select" if node.select_expr.test_only:
                return self._of_map(_has, node)
            case "select" | "ident":
                return self._sources.get(_name(node))
            case "call" if not node.call_expr.HasField("target"):
                return self._call(node.call_expr.function, node.call_expr.args)
            case "comprehension":
                return self._exists(node.comprehension_expr)
        return None

    def _exists(self, loop: Any) -> Plain | None:
        """`list.exists(item, ...)`, of nothing but the item; the engine has it as a loop that goes on by "or"."""
        items = self._lists.get(_name(loop.iter_range))
        step = loop.loop_step.call_expr
        if items is None or loop.iter_var2 or step.function != "_||_" or _name(loop.result) != loop.accu_var:
            return None
        source, of_item = items
        named = {f"{loop.iter_var}.{field}": get for field, get in of_item.items()}
        such = _Reader(Names(named)).read(step.args[1])
        return None if such is None else lambda of: any(map(such, source(of)))

    def _call(self, function: str, args: Any) -> Plain | None:
        if function == "size":
            return self._sources.get(f"size({_name(args[0])})")
        if function == "@in":
            parts = [self._beside(args[0], args[1].list_expr.elements), self._list(args[1])]
        elif function in _EQUALITIES:
            parts = [self._beside(args[0], args[1:]), self._beside(args[1], args[:1])]
        else:
            parts = [self.read(arg) for arg in args]
        known = [part for part in parts if part is not None]
        return _joined(function, known, args) if len(known) == len(parts) else None

    def _beside(self, node: Any, others: Any) -> Plain | None:
        """A value that is compared with others. One of a map may be of any kind, and only texts are so in Python
        as they are to the engine: equal to the same text and to nothing else."""
        if kind_of(node) != "select" or node.select_expr.test_only or not all(map(_is_text, others)):
            return self.read(node)
        return self.read(node) or (self._of_map(_item, node) if others else None)

    def _of_map(self, ask: Callable[[Plain, str], Plain], node: Any) -> Plain | None:
        select = node.select_expr
        source = self._maps.get(select.operand.ident_expr.name)
        return None if source is None else ask(source, str(select.field))

    def _list(self, node: Any) -> Plain | None:
        """A list of constants, or a value that is one."""
        if kind_of(node) != "list":
            return self.read(node)
        elements = node.list_expr.elements
        if not all(_is_constant(element) for element in elements):
            return None
        return _always(tuple(_value(element) for element in elements))


def _joined(function: str, parts: Sequence[Plain], args: Any) -> Plain | None:
    """What a function makes of its parts."""
    if function == "!_":
        (part,) = parts
        return lambda of: not part(of)
    if function not in _BINARY and function not in ("_&&_", "_||_"):
        return None
    one, other = parts
    if function == "_&&_":
        return _both(one, other)
    if function == "_||_":
        return lambda of: one(of) or other(of)
    operate = _BINARY[function]
    if _is_constant(args[1]):  # mostly it is, and need not be asked
        return _with_constant(function, one, _value(args[1]))
    return lambda of: operate(one(of), other(of))


def _with_constant(function: str, one: Plain, constant: Any) -> Plain:
    if function in _COMPARED:
        return _COMPARED[function](one, constant)
    operate = _BINARY[function]
    return lambda of: operate(one(of), constant)


def _both(one: Plain, other: Plain) -> Plain:
    return lambda of: one(of) and other(of)


def _always(value: Any) -> Plain:
    return lambda of: value


def _has(source: Plain, field: str) -> Plain:
    return lambda of: field in source(of)


def _item(source: Plain, field: str) -> Plain:
    return lambda of: source(of)[field]


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


_QUOTIENT = _bounded(_divided)


def _left_over(one: int, other: int) -> int:
    """Where the quotient has no room, the engine has no remainder either."""
    return one - other * _QUOTIENT(one, other)


def _added(one: Any, other: Any) -> Any:
    """Texts are joined; numbers have a bound."""
    result = one + other
    if isinstance(result, int) and not -_BOUND <= result < _BOUND:
        raise OverflowError
    return result


def _is_in(value: Any, values: Any) -> bool:
    return value in values


_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "_==_": operator.eq,
    "_!=_": operator.ne,
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
    "@in": _is_in,
    "_+_": _added,
    "_-_": _bounded(operator.sub),
    "_*_": _bounded(operator.mul),
    "_/_": _QUOTIENT,
    "_%_": _left_over,
}
# What most conditions are, written out: one call less each.
_COMPARED: Mapping[str, Callable[[Plain, Any], Plain]] = {
    "_==_": lambda one, constant: lambda of: one(of) == constant,
    "_!=_": lambda one, constant: lambda of: one(of) != constant,
    "_<_": lambda one, constant: lambda of: one(of) < constant,
    "_<=_": lambda one, constant: lambda of: one(of) <= constant,
    "_>_": lambda one, constant: lambda of: one(of) > constant,
    "_>=_": lambda one, constant: lambda of: one(of) >= constant,
}


def _constant(node: Any) -> Plain | None:
    """A whole number or a text; None for anything else."""
    return _always(_value(node)) if _is_constant(node) else None


def _is_constant(node: Any) -> bool:
    return _is_text(node) or (kind_of(node) == "const" and bool(node.const_expr.HasField("int64_value")))


def _value(node: Any) -> int | str:
    constant = node.const_expr
    return str(constant.string_value) if constant.HasField("string_value") else int(constant.int64_value)


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
