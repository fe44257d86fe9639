"""What earning rules must hold."""

from decimal import Decimal

from domain.program.check_caps import check_caps
from domain.program.check_expression import a_condition, an_expression_amount
from domain.program.check_form import check_form
from domain.program.check_schedule import check_schedule
from domain.program.check_stacking import check_stacking
from domain.program.check_waits import check_waits
from domain.program.earning import EarningRule
from domain.program.flaws import Flaw, Flaws, Path, a_code, a_text, between, event_types, known, unique
from domain.program.program import Program
from domain.rules import Scope

MAX_RULES = 200
MAX_CATEGORIES = 100
MAX_PRIORITY = 1_000_000


def check_earning(program: Program) -> Flaws:
    """Every flaw of the earning rules."""
    if len(program.earning) > MAX_RULES:
        yield Flaw(("earning",), f"must be at most {MAX_RULES} rules, are {len(program.earning)}")
    for index, rule in enumerate(program.earning):
        at = ("earning", index)
        yield from a_code((*at, "code"), rule.code)
        yield from a_text((*at, "name"), rule.name)
        yield from _check_events(at, rule)
        yield from check_form(at, rule, program.money)
        yield from _check_categories((*at, "categories"), rule)
        yield from _check_expressions(at, rule, program)
        yield from check_schedule((*at, "schedule"), rule.schedule, program)
        yield from between((*at, "priority"), rule.priority, -MAX_PRIORITY, MAX_PRIORITY)
        yield from _check_references(at, rule, program)
        yield from check_waits(at, rule, program)
    yield from unique((("earning", i, "code"), rule.code) for i, rule in enumerate(program.earning))
    yield from check_stacking(program)
    yield from check_caps(program)


def _check_events(at: Path, rule: EarningRule) -> Flaws:
    if not rule.on:
        yield Flaw((*at, "on"), "must name at least one type of event, such as purchase")
    yield from event_types((*at, "on"), rule.on)


def _check_categories(at: Path, rule: EarningRule) -> Flaws:
    if rule.categories and rule.per is None:
        yield Flaw(at, "multiply money spent, so the rule must have per")
    if len(rule.categories) > MAX_CATEGORIES:
        yield Flaw(at, f"must be at most {MAX_CATEGORIES}, are {len(rule.categories)}")
    for category, multiplier in rule.categories.items():
        yield from a_text((*at, category), category)
        yield from between((*at, category), multiplier, Decimal(0), Decimal(1000))


def _check_expressions(at: Path, rule: EarningRule, program: Program) -> Flaws:
    yield from a_condition((*at, "when"), rule.when, Scope.EVENT, program)
    yield from a_condition((*at, "lines"), rule.lines, Scope.LINE, program)
    yield from an_expression_amount((*at, "amount"), rule.amount, Scope.EVENT, program)


def _check_references(at: Path, rule: EarningRule, program: Program) -> Flaws:
    yield from known((*at, "currency"), rule.currency, "currency", (one.code for one in program.currencies))
    yield from known((*at, "campaign"), rule.campaign, "campaign", (one.code for one in program.campaigns))
