"""What an expression can cost at most, told from its syntax tree before it ever runs.

A step takes the engine 20 to 50 ns, and 80 ns at the worst that bench/rules.py finds. A loop costs its body, times
the most that it can run over; a list that grows in a loop is copied at every turn. Both sides of a choice count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.rules.functions import ADDITIONS, FUNCTIONS
from domain.rules.sizes import CRUMB, JSON, SCALAR, Size, list_of, literal, size_of, written
from domain.rules.syntax import Tree, kind_of
from domain.rules.vocabulary import FACTS

# 16 ms at the worst, so that it stays below 50 ms on a machine that is three times as slow.
MAX_STEPS = 200_000
# The engine gives up after 10,000 turns: no expression that is accepted may come that far.
_TURN = MAX_STEPS // 10_000
_VARIABLES: Mapping[str, Size] = {
    **{name: size_of(facts) for name, (_, facts) in FACTS.items()},
    "attributes": JSON,
    "profile": JSON,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What makes a tree no expression for us: the node, and why."""

    node: int
    reason: str


class _Refused(Exception):
    def __init__(self, node: Any, reason: str) -> None:
        self.refusal = Refusal(node.id, reason)


class Estimate:
    """The cost of a tree, counted node by node."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._dearest = (0, tree.root.id)
        # Whether a list that a loop makes is alone too long.
        self._listed = False

    def steps(self) -> int | Refusal:
        """The steps that the tree takes at most, or why it is refused: for them, or for what has no known cost."""
        try:
            steps, _ = self._of(self._tree.root, _VARIABLES)
        except _Refused as refused:
            return refused.refusal
        if steps <= MAX_STEPS:
            return steps
        instead = "count by filter(…).size(), add up by map(…).sum()" if self._listed else "nest fewer loops"
        reason = f"is too costly: up to {steps:,} steps, {MAX_STEPS:,} are allowed; {instead}"
        return Refusal(self._dearest[1], reason)

    # A case for each kind of node.
    def _of(self, node: Any, known: Mapping[str, Size]) -> tuple[int, Size]:  # noqa: PLR0911
        """The steps of a node with all below it, and the size of what it gives."""
        match kind_of(node):
            case "const":
                return 1, _constant(node.const_expr)
            case "ident":
                size = known.get(node.ident_expr.name.lstrip("."), SCALAR)
                return 1 + size.copied, size
            case "select":
                return self._select(node.select_expr, known)
            case "call":
                return self._call(node, known)
            case "list":
                return self._literal(node.list_expr.elements, known)
            case "struct":
                return self._struct(node, known)
            case _:
                return self._loop(node, known)

    def _select(self, select: Any, known: Mapping[str, Size]) -> tuple[int, Size]:
        steps, owner = self._of(select.operand, known)
        if select.test_only:
            return steps + 1, SCALAR
        size = owner.fields.get(select.field, owner.part)
        return steps + 1 + size.copied, size

    def _call(self, node: Any, known: Mapping[str, Size]) -> tuple[int, Size]:
        call = node.call_expr
        if call.function == "_+_" and not ADDITIONS.issuperset(self._tree.overloads.get(node.id, ())):
            return self._grow(node, known)
        if call.function not in FUNCTIONS:
            raise _Refused(node, _no_function(call.function))
        steps_of, result_of = FUNCTIONS[call.function]
        arguments = [*([call.target] if call.HasField("target") else []), *call.args]
        found = [self._of(argument, known) for argument in arguments]
        sizes = [size for _, size in found]
        return sum(steps for steps, _ in found) + steps_of(sizes), result_of(sizes)

    def _grow(self, node: Any, known: Mapping[str, Size]) -> tuple[int, Size]:
        """Adding an item to the list that a loop makes; no other lists and no texts are joined."""
        grown, added = node.call_expr.args
        # What a loop gathers has a name that nobody can write.
        if not grown.ident_expr.name.startswith("@"):
            raise _Refused(node, "'+' adds numbers only; say of an attribute which it is: int(…) or double(…)")
        return self._of(added, known)

    def _literal(self, items: Any, known: Mapping[str, Size]) -> tuple[int, Size]:
        found = [self._of(item, known) for item in items]
        return 1 + sum(steps for steps, _ in found), literal(size for _, size in found)

    def _struct(self, node: Any, known: Mapping[str, Size]) -> tuple[int, Size]:
        if node.struct_expr.message_name:
            raise _Refused(node, "there is nothing of this kind to make")
        parts = [part for entry in node.struct_expr.entries for part in (entry.map_key, entry.value)]
        steps, size = self._literal(parts, known)
        return 2 * steps, size

    def _loop(self, node: Any, known: Mapping[str, Size]) -> tuple[int, Size]:
        loop = node.comprehension_expr
        over, range_ = self._of(loop.iter_range, known)
        begin, _ = self._of(loop.accu_init, known)
        turns, gathered = self._turns(loop, range_, {**known, loop.accu_var: SCALAR})
        end, result = self._of(loop.result, {**known, loop.accu_var: SCALAR})
        steps = over + begin + turns + end
        if loop.accu_init.HasField("list_expr"):
            copied = range_.length**2
            self._listed |= copied > MAX_STEPS
            steps += copied
            result = list_of(range_.length, gathered.part)
        if steps > self._dearest[0]:
            self._dearest = (steps, node.id)
        return steps, result

    def _turns(self, loop: Any, over: Size, known: Mapping[str, Size]) -> tuple[int, Size]:
        """All turns of a loop.

        The items of a list in an attribute are large or many: all of them together are small JSON. What is done
        with one costs no less than linearly more when it is larger, so one item that is all of it, and as many as
        there can be that are next to nothing, cost more than any other division.
        """
        steps, gathered = self._turn(loop, over.part, known)
        if not over.loose or over.length == 1 or steps > MAX_STEPS:
            return over.length * steps, gathered
        crumbs, _ = self._turn(loop, CRUMB, known)
        return steps + over.length * crumbs, gathered

    def _turn(self, loop: Any, item: Size, known: Mapping[str, Size]) -> tuple[int, Size]:
        inside = {**known, loop.iter_var: item}
        asked, _ = self._of(loop.loop_condition, inside)
        done, gathered = self._of(loop.loop_step, inside)
        return max(_TURN, 1 + asked + done), gathered


def _constant(constant: Any) -> Size:
    return written(max(len(constant.string_value.encode()), len(constant.bytes_value)))


def _no_function(name: str) -> str:
    if name == "sum":
        return "'sum' counts what 'map' gives: event.lines.map(line, line.amount).sum()"
    return f"there is no function '{name.strip('_@')}'"
