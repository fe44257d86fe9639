"""What tiers must hold."""

from decimal import Decimal

from domain.money import MAX_MINOR, to_minor
from domain.program.check_expression import an_expression_amount
from domain.program.flaws import Flaw, Flaws, Path, a_code, a_text, between, unique
from domain.program.levels import Metric, Tier, Window
from domain.program.program import Program
from domain.rules import Scope
from domain.tiers.windows import windows_kept

MAX_MONTHS = 36
MAX_GRACE_DAYS = 366
MAX_KEPT = 60
"""Windows that the state after every entry may have to carry: some 20 bytes each."""
MAX_EARLY_DAYS = 366
MAX_GIFT = 10**9


def check_tiers(program: Program) -> Flaws:
    """Every flaw of the tiers."""
    levels = program.tiers.levels
    if not levels:
        yield Flaw(("tiers", "levels"), "must have at least one: the first is everyone's")
    for index, tier in enumerate(levels):
        at = ("tiers", "levels", index)
        yield from _check_tier(at, tier)
        yield from _check_threshold((*at, "threshold"), program, index)
    yield from unique((("tiers", "levels", i, "code"), tier.code) for i, tier in enumerate(levels))
    yield from _check_window(program)
    yield from _check_amount(program)


def _check_tier(at: Path, tier: Tier) -> Flaws:
    yield from a_code((*at, "code"), tier.code)
    yield from a_text((*at, "name"), tier.name)
    yield from between((*at, "multiplier"), tier.multiplier, Decimal(1), Decimal(100))
    for place, benefit in enumerate(tier.benefits):
        yield from a_text((*at, "benefits", place), benefit)
    for code, name in tier.perks.items():
        yield from a_code((*at, "perks", code), code)
        yield from a_text((*at, "perks", code), name)
    yield from between((*at, "early_access_days"), tier.early_access_days, 0, MAX_EARLY_DAYS)
    yield from between((*at, "birthday_points"), tier.birthday_points, 0, MAX_GIFT)


def _check_threshold(at: Path, program: Program, index: int) -> Flaws:
    threshold = program.tiers.levels[index].threshold
    if index == 0:
        if threshold != 0:
            yield Flaw(at, f"must be 0, as the first tier is everyone's, is {threshold}")
        return
    before = program.tiers.levels[index - 1].threshold
    if threshold <= before:
        yield Flaw(at, f"must be above the {before} of the tier before it, is {threshold}")
    if program.tiers.metric is Metric.SPEND:
        if to_minor(threshold, program.money) is None:
            yield Flaw(at, f"must be an amount that {program.money} can pay exactly, is {threshold}")
    elif threshold % 1 or threshold > MAX_MINOR:
        yield Flaw(at, f"must be a whole number of {_unit(program.tiers.metric)}, is {threshold}")


def _unit(metric: Metric) -> str:
    return "what amount counts" if metric is Metric.CUSTOM else metric.value


def _check_window(program: Program) -> Flaws:
    tiers = program.tiers
    yield from between(("tiers", "months"), tiers.months, 1, MAX_MONTHS)
    yield from between(("tiers", "grace_days"), tiers.grace_days, 0, MAX_GRACE_DAYS)
    within = 1 <= tiers.months <= MAX_MONTHS and 0 <= tiers.grace_days <= MAX_GRACE_DAYS
    kept = windows_kept(program)
    if within and kept > MAX_KEPT:
        what = "months" if tiers.window is Window.ROLLING else "years"
        reason = f"so many levels, landing softly after so much grace, need {kept} {what} of every member"
        yield Flaw(("tiers", "grace_days"), f"must be less: {reason}; no more than {MAX_KEPT} are kept")


def _check_amount(program: Program) -> Flaws:
    tiers = program.tiers
    if tiers.metric is not Metric.CUSTOM:
        if tiers.amount is not None:
            reason = f"is for the metric custom; {tiers.metric} are counted without it"
            yield Flaw(("tiers", "amount"), reason)
    elif tiers.amount is None:
        yield Flaw(("tiers", "amount"), "must say what an event counts, as the metric is custom")
    else:
        yield from an_expression_amount(("tiers", "amount"), tiers.amount, Scope.EVENT, program)
