"""What earning rules must hold."""

from decimal import Decimal

from domain.program.earning import EarningRule
from domain.program.flaws import Flaw, Flaws, Path, a_code, a_text, an_amount, between, event_types, known, unique
from domain.program.program import Program

MAX_RULE_POINTS = 1_000_000
MAX_CATEGORIES = 100


def check_earning(program: Program) -> Flaws:
    """Every flaw of the earning rules."""
    for index, rule in enumerate(program.earning):
        at = ("earning", index)
        yield from a_code((*at, "code"), rule.code)
        yield from a_text((*at, "name"), rule.name)
        yield from _check_events(at, rule)
        yield from between((*at, "points"), rule.points, 1, MAX_RULE_POINTS)
        yield from an_amount((*at, "per"), rule.per, program.money)
        yield from known((*at, "currency"), rule.currency, "currency", (c.code for c in program.currencies))
        yield from _check_categories((*at, "categories"), rule)
    yield from unique((("earning", i, "code"), rule.code) for i, rule in enumerate(program.earning))


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
