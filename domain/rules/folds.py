"""Counting and adding up in one pass, where the engine would first make a list, and copy it for each item.

`….filter(l, wanted).size()` becomes a loop that adds 1, and `….map(l, wanted, l.amount).sum()` one that adds the
amounts. A filter before them joins their condition. The function `sum` is nothing but this: no list reaches it.
"""

from typing import Any

from domain.rules.syntax import Tree, children


def fold(tree: Tree) -> bool:
    """Rewrite the tree in place; whether there was anything to rewrite."""
    return _fold(tree, tree.root)


def _fold(tree: Tree, node: Any) -> bool:
    folded = [_fold(tree, child) for child in children(node)]
    call = node.call_expr
    loop = _gathering(call)
    if loop is None or call.function not in ("size", "sum"):
        return any(folded)
    _add_up(tree, loop.comprehension_expr, ones=call.function == "size")
    node.CopyFrom(_copy(loop))
    return True


def _gathering(call: Any) -> Any:
    """The one argument of a call, if it is a loop that gathers a list."""
    argument = call.target if call.HasField("target") else next(iter(call.args), None)
    if argument is not None and argument.comprehension_expr.accu_init.HasField("list_expr"):
        return argument
    return None


def _add_up(tree: Tree, loop: Any, *, ones: bool) -> None:
    while _joins(loop):
        _join(loop)
    adding = loop.loop_step
    # With a condition the step is a choice between the longer list and the list as it is.
    while adding.call_expr.function == "_?_:_":
        adding = adding.call_expr.args[1]
    added = adding.call_expr.args[1]
    if ones:
        _make_number(added, 1)
    else:
        added.CopyFrom(_copy(added.list_expr.elements[0]))
    _make_number(loop.accu_init, 0)
    tree.refer(adding.id, "add_int64")


def _joins(loop: Any) -> bool:
    """Whether the loop runs over what a filter lets pass, under the same name."""
    before = loop.iter_range.comprehension_expr
    return before.iter_var == loop.iter_var and before.loop_step.call_expr.function == "_?_:_" and _filters(before)


def _filters(loop: Any) -> bool:
    if not loop.accu_init.HasField("list_expr"):
        return False
    added = loop.loop_step.call_expr.args[1].call_expr.args[1].list_expr.elements[0]
    return bool(added.ident_expr.name == loop.iter_var)


def _join(loop: Any) -> None:
    before = _copy(loop.iter_range).comprehension_expr
    before.loop_step.call_expr.args[1].CopyFrom(_copy(loop.loop_step))
    loop.loop_step.CopyFrom(before.loop_step)
    loop.iter_range.CopyFrom(before.iter_range)


def _make_number(node: Any, number: int) -> None:
    id_ = node.id
    node.Clear()
    node.id = id_
    node.const_expr.int64_value = number


def _copy(node: Any) -> Any:
    copy = type(node)()
    copy.CopyFrom(node)
    return copy
