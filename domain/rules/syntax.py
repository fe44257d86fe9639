"""The syntax tree of a compiled expression, in the form in which the engine hands it out and takes it back."""

from collections.abc import Iterator, Mapping
from typing import Any

from google.protobuf.any_pb2 import Any as Wrapped

from domain.rules.shapes import Shapes, class_of, pool_of

# The part of cel/expr/checked.proto and syntax.proto that is read here, by its published numbers;
# what is not named here is kept as it is.
_SHAPES: Shapes = {
    "CheckedExpr": {"reference_map": "repeated 2 ReferenceEntry", "expr": "4 Expr",
                    "source_info": "5 SourceInfo"},
    "ReferenceEntry": {"key": "1 int", "value": "2 Reference"},
    "Reference": {"name": "1 text", "overload_id": "repeated 3 text"},
    "SourceInfo": {"positions": "repeated 4 Position"},
    "Position": {"key": "1 int", "value": "2 choice"},
    "Expr": {"id": "2 int", "const_expr": "3 Constant", "ident_expr": "4 Ident", "select_expr": "5 Select",
             "call_expr": "6 Call", "list_expr": "7 CreateList", "struct_expr": "8 CreateStruct",
             "comprehension_expr": "9 Comprehension"},
    "Constant": {"int64_value": "3 int", "string_value": "6 text", "bytes_value": "7 bytes"},
    "Ident": {"name": "1 text"},
    "Select": {"operand": "1 Expr", "field": "2 text", "test_only": "3 truth"},
    "Call": {"target": "1 Expr", "function": "2 text", "args": "repeated 3 Expr"},
    "CreateList": {"elements": "repeated 1 Expr"},
    "CreateStruct": {"message_name": "1 text", "entries": "repeated 2 Entry"},
    "Entry": {"map_key": "3 Expr", "value": "4 Expr"},
    "Comprehension": {"iter_var": "1 text", "iter_var2": "8 text", "iter_range": "2 Expr",
                      "accu_var": "3 text", "accu_init": "4 Expr", "loop_condition": "5 Expr",
                      "loop_step": "6 Expr", "result": "7 Expr"},
}  # fmt: skip
_KINDS = ("const", "ident", "select", "call", "list", "struct", "comprehension")
_CheckedExpr = class_of(pool_of("cel.expr", _SHAPES, syntax="proto2"), "cel.expr.CheckedExpr")


class Tree:
    """A checked expression: its root, and by the id of a node its type, its place and what it refers to."""

    def __init__(self, serialized: bytes) -> None:
        self._wrapped = Wrapped.FromString(serialized)
        self._checked = _CheckedExpr.FromString(self._wrapped.value)
        self._references = {entry.key: entry.value for entry in self._checked.reference_map}
        self.root = self._checked.expr
        self.overloads = {key: tuple(value.overload_id) for key, value in self._references.items()}
        self.places: Mapping[int, int] = {entry.key: entry.value for entry in self._checked.source_info.positions}

    def refer(self, node: int, overload: str) -> None:
        """Let a call mean this function of those with its name."""
        self._references[node].overload_id[:] = [overload]
        self.overloads[node] = (overload,)

    def serialize(self) -> bytes:
        """The form that the engine takes."""
        self._wrapped.value = self._checked.SerializeToString()
        return self._wrapped.SerializeToString()


def kind_of(node: Any) -> str:
    """Which kind of node this is: const, ident, select, call, list, struct or comprehension."""
    return next(kind for kind in _KINDS if node.HasField(f"{kind}_expr"))


def children(node: Any) -> Iterator[Any]:
    """The nodes right below a node, in the order in which they are written."""
    match kind_of(node):
        case "select":
            yield node.select_expr.operand
        case "call":
            if node.call_expr.HasField("target"):
                yield node.call_expr.target
            yield from node.call_expr.args
        case "list":
            yield from node.list_expr.elements
        case "struct":
            for entry in node.struct_expr.entries:
                if entry.HasField("map_key"):
                    yield entry.map_key
                yield entry.value
        case "comprehension":
            loop = node.comprehension_expr
            yield from (loop.iter_range, loop.accu_init, loop.loop_condition, loop.loop_step, loop.result)


def names_in(root: Any, known: frozenset[str]) -> frozenset[str]:
    """The variables a tree refers to, with their field where one is asked for: "event.amount", "attributes"."""
    names: set[str] = set()
    _collect(root, known, names)
    return frozenset(names)


def _collect(node: Any, known: frozenset[str], names: set[str]) -> None:
    kind = kind_of(node)
    if kind == "ident" and node.ident_expr.name.lstrip(".") in known:
        names.add(node.ident_expr.name.lstrip("."))
    elif kind == "select" and node.select_expr.operand.ident_expr.name.lstrip(".") in known - _MAPS:
        names.add(f"{node.select_expr.operand.ident_expr.name.lstrip('.')}.{node.select_expr.field}")
    else:
        for child in children(node):
            _collect(child, known, names)


_MAPS = frozenset({"attributes", "profile"})
