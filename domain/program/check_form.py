"""In which one way an earning rule gives, and what goes with each."""

from decimal import Decimal

from domain.program.earning import EarningRule
from domain.program.flaws import Flaw, Flaws, Path, an_amount, between

MAX_RULE_POINTS = 1_000_000
MAX_MULTIPLY = Decimal(100)


def check_form(at: Path, rule: EarningRule, money: str) -> Flaws:
    """Every flaw of what the rule gives."""
    forms = _forms(rule)
    for form in forms[1:]:
        yield Flaw((*at, form), f"cannot stand beside {forms[0]}: a rule gives in one way")
    if not forms and not rule.points:
        yield Flaw((*at, "points"), "must be there, or amount or multiply: the rule gives nothing")
    elif not forms or forms[0] in ("per", "each_unit"):
        yield from between((*at, "points"), rule.points, 1, MAX_RULE_POINTS)
    elif rule.points:
        yield Flaw((*at, "points"), f"must be left out: {forms[0]} says what the rule gives")
    yield from an_amount((*at, "per"), rule.per, money)
    if rule.multiply is not None and rule.multiply <= 1:
        yield Flaw((*at, "multiply"), f"must be above 1, is {rule.multiply}: what is given once counts already")
    if rule.multiply is not None and rule.multiply > MAX_MULTIPLY:
        yield Flaw((*at, "multiply"), f"must be at most {MAX_MULTIPLY}, is {rule.multiply}")
    yield from _what_goes_with(at, rule, forms)


def _forms(rule: EarningRule) -> list[str]:
    """What the rule says of its way of giving; nothing for flat points."""
    said = {
        "per": rule.per is not None,
        "each_unit": rule.each_unit,
        "amount": rule.amount is not None,
        "multiply": rule.multiply is not None,
    }
    return [form for form, there in said.items() if there]


def _what_goes_with(at: Path, rule: EarningRule, forms: list[str]) -> Flaws:
    needs = (
        ("whole", rule.whole, ("per",)),
        ("lines", rule.lines is not None, ("per", "each_unit", "multiply")),
        ("of", bool(rule.of), ("multiply",)),
    )
    for name, there, with_one_of in needs:
        if there and not set(forms) & set(with_one_of):
            yield Flaw((*at, name), f"goes only with {' or '.join(with_one_of)}")
