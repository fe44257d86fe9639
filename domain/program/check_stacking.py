"""How rules stand with each other: groups, of which the best counts, and what multipliers multiply."""

from domain.program.earning import EarningRule, Stack
from domain.program.flaws import Flaw, Flaws, Path, a_code, unique
from domain.program.program import Program


def check_stacking(program: Program) -> Flaws:
    """Every flaw of groups and of multipliers."""
    rules = {rule.code: rule for rule in program.earning}
    groups: dict[str, EarningRule] = {}
    for index, rule in enumerate(program.earning):
        at = ("earning", index)
        if rule.group is not None:
            yield from a_code((*at, "group"), rule.group)
            yield from _alike((*at, "group"), rule, groups.setdefault(rule.group, rule))
        yield from _check_group(at, rule)
        yield from _check_of((*at, "of"), rule, rules)


def _check_group(at: Path, rule: EarningRule) -> Flaws:
    if rule.stack is Stack.BEST and rule.group is None:
        yield Flaw((*at, "stack"), "is best, so the rule must have the group that it is the best of")
    if rule.stack is not Stack.BEST and rule.group is not None:
        yield Flaw((*at, "group"), "goes only with stack: best")


def _alike(at: Path, rule: EarningRule, first: EarningRule) -> Flaws:
    """Only like can be compared: points of one currency, and multipliers with multipliers."""
    if rule.currency != first.currency:
        yield Flaw(at, f"has {first.code}, which gives another currency: they cannot be compared")
    if (rule.multiply is None) is not (first.multiply is None):
        yield Flaw(at, f"has {first.code}: a multiplier goes only with multipliers, as it comes after all others")


def _check_of(at: Path, rule: EarningRule, rules: dict[str, EarningRule]) -> Flaws:
    for index, code in enumerate(rule.of):
        of = rules.get(code)
        if of is None:
            plain = ", ".join(one.code for one in rules.values() if one.multiply is None)
            yield Flaw((*at, index), f"no rule {code!r}: there is {plain or 'none'}")
        elif of.multiply is not None:
            yield Flaw((*at, index), f"{code} is a multiplier: it multiplies what other rules give")
        elif of.currency != rule.currency:
            yield Flaw((*at, index), f"{code} gives another currency than this rule")
        elif not set(of.on) & set(rule.on):
            yield Flaw((*at, index), f"{code} gives nothing for {', '.join(rule.on)}")
    yield from unique(((*at, index), code) for index, code in enumerate(rule.of))
