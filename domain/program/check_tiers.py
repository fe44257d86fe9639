"""What tiers must hold."""

from decimal import Decimal

from domain.money import MAX_MINOR, to_minor
from domain.program.flaws import Flaw, Flaws, Path, a_code, a_text, between, unique
from domain.program.levels import Metric
from domain.program.program import Program


def check_tiers(program: Program) -> Flaws:
    """Every flaw of the tiers."""
    levels = program.tiers.levels
    if not levels:
        yield Flaw(("tiers", "levels"), "must have at least one: the first is everyone's")
    for index, tier in enumerate(levels):
        at = ("tiers", "levels", index)
        yield from a_code((*at, "code"), tier.code)
        yield from a_text((*at, "name"), tier.name)
        yield from between((*at, "multiplier"), tier.multiplier, Decimal(1), Decimal(100))
        yield from _check_threshold((*at, "threshold"), program, index)
        for place, benefit in enumerate(tier.benefits):
            yield from a_text((*at, "benefits", place), benefit)
    yield from unique((("tiers", "levels", i, "code"), tier.code) for i, tier in enumerate(levels))


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
        yield Flaw(at, f"must be a whole number of {program.tiers.metric}, is {threshold}")
