"""Texts as templates: what of Jinja is allowed in them, and how they are filled. Nothing in one can run long,
reach an attribute or call anything, whoever wrote it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications.words.formats import Formats

FORMATS: Final = "_formats"
"""Among the values of a filling: how the reader's locale writes them."""

MAX_SOURCE: Final = 2_000
_MAX_LITERAL: Final = 500
_MAX_NODES: Final = 400
_MAX_DEPTH: Final = 30
_ALLOWED: Final = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Filter, nodes.Keyword, nodes.If),
    *(nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Const, nodes.Concat),
)
_FORMS: Final = frozenset({"zero", "one", "two", "few", "many", "other"})
_NAMES: Final = {
    nodes.Getattr: "a dot that reaches into a value",
    nodes.Getitem: "brackets that reach into a value",
    nodes.Call: "a call",
    nodes.For: "a loop",
    nodes.Mul: "*",
    nodes.Pow: "**",
}


class BadText(Exception):
    """A text that is none of ours: what is wrong, on which line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def fill(source: str, values: Mapping[str, Any]) -> str:
    """The text with the values in it, FORMATS among them. Raises BadText for a text that is not allowed, and
    UndefinedError for a value that is not there."""
    return compiled(source).render(values)


@lru_cache(4_000)
def compiled(source: str) -> Template:
    """The template of a text; raises BadText unless all of it is allowed."""
    try:
        check(parse(source))
        return _ENVIRONMENT.from_string(source)
    except RecursionError:
        raise BadText("It is nested too deeply.") from None


def parse(source: str) -> nodes.Template:
    """The parts of a text. Raises BadText for one that cannot be read, or is too long."""
    if len(source) > MAX_SOURCE:
        raise BadText(f"At most {MAX_SOURCE:,} characters.")
    try:
        return _ENVIRONMENT.parse(source)
    except TemplateError as fault:
        raise BadText(fault.message or "It cannot be read.", getattr(fault, "lineno", None)) from None
    except RecursionError:
        raise BadText("It is nested too deeply.") from None


def check(tree: nodes.Template) -> None:
    """Raises BadText for the first part that is not allowed."""
    level: list[nodes.Node] = [tree]
    count = 0
    for _ in range(_MAX_DEPTH):
        for node in level:
            _check_part(node)
        level = [child for node in level for child in node.iter_child_nodes()]
        count += len(level)
        if count > _MAX_NODES:
            raise BadText("It has too many parts.", level[0].lineno)
    if level:
        raise BadText("It is nested too deeply.", level[0].lineno)


def _check_part(node: nodes.Node) -> None:
    if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.Name) and node.ctx != "load"):
        what = _NAMES.get(type(node)) or type(node).__name__.lower()
        raise BadText(f"Only values, filters and if are allowed here, not {what}.", node.lineno)
    if isinstance(node, nodes.Name) and node.name.startswith("_"):
        raise BadText(f"No value is called {node.name}.", node.lineno)
    if isinstance(node, nodes.Const):
        _check_literal(node)
    if isinstance(node, nodes.Filter):
        _check_filter(node)


def _check_literal(node: nodes.Const) -> None:
    value = node.value
    if isinstance(value, str):
        if len(value) > _MAX_LITERAL:
            raise BadText(f"A text in quotes has at most {_MAX_LITERAL} characters.", node.lineno)
    elif isinstance(value, float) or abs(value or 0) > 10**15:
        raise BadText("Numbers here are whole, and not beyond 10^15.", node.lineno)


def _check_filter(node: nodes.Filter) -> None:
    if node.name not in _ENVIRONMENT.filters:
        raise BadText(f"There is no filter {node.name}: plural, date and time are.", node.lineno)
    if node.node is None or node.args or node.dyn_args or node.dyn_kwargs:
        raise BadText(f"{node.name} stands behind a value and takes no such arguments.", node.lineno)
    given: dict[str, nodes.Expr] = {str(one.key): one.value for one in node.kwargs}
    if node.name != "plural":
        if given:
            raise BadText(f"{node.name} takes no arguments.", node.lineno)
        return
    if unknown := sorted(given.keys() - _FORMS):
        raise BadText(f"plural has no form {unknown[0]}: {', '.join(sorted(_FORMS))} are.", node.lineno)
    if "other" not in given:
        raise BadText("plural needs the form other.", node.lineno)
    if not all(isinstance(form, nodes.Const) and isinstance(form.value, str) for form in given.values()):
        raise BadText("The forms of plural are texts in quotes.", node.lineno)


@pass_context
def _finalize(context: Context, value: Any) -> str:
    """What stands in the text for a value."""
    if isinstance(value, str):
        return value
    formats: Formats = context.parent[FORMATS]
    return formats.written(value)


@pass_context
def _plural(context: Context, value: Any, **forms: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadText("plural is of numbers.")
    formats: Formats = context.parent[FORMATS]
    return formats.plural(value, forms)


@pass_context
def _date(context: Context, value: Any) -> str:
    if not isinstance(value, date):
        raise BadText("date is of days and moments.")
    formats: Formats = context.parent[FORMATS]
    return formats.date(value.date() if isinstance(value, datetime) else value)


@pass_context
def _time(context: Context, value: Any) -> str:
    if not isinstance(value, datetime):
        raise BadText("time is of moments.")
    formats: Formats = context.parent[FORMATS]
    return formats.time(value.time())


def _environment() -> ImmutableSandboxedEnvironment:
    # Texts are plain: whoever shows one in HTML escapes it there.
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, finalize=_finalize)
    made.filters = {"plural": _plural, "date": _date, "time": _time}
    made.globals, made.tests = {}, {}
    return made


_ENVIRONMENT: Final = _environment()
