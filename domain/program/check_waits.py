"""How long what one rule gives may wait, and when it may expire."""

from domain.program.check_policies import MAX_EXPIRY_MONTHS, MAX_WAIT_DAYS, SHORTEST_MONTH
from domain.program.earning import EarningRule
from domain.program.flaws import Flaw, Flaws, Path, between
from domain.program.program import Program


def check_waits(at: Path, rule: EarningRule, program: Program) -> Flaws:
    """Every flaw of `waits` and `expiry` of a rule."""
    if rule.expiry is not None:
        yield from _check_expiry((*at, "expiry"), rule, program)
    if rule.waits is None:
        days = program.pending.days if program.pending and set(rule.on) & set(program.pending.on) else 0
        where: Path = (*at, "expiry", "months") if rule.expiry else ()
    else:
        days, where = rule.waits.days, (*at, "waits", "days")
        yield from between(where, days, 0, MAX_WAIT_DAYS)
        if days is None and not (program.pending and program.pending.released_on):
            yield Flaw(where, "is null, so pending must name in released_on what releases the points")
    expiry = rule.expiry or program.expiry
    if where and days and expiry and not expiry.inactivity and days >= expiry.months * SHORTEST_MONTH:
        yield Flaw(where, f"points must expire after they waited: {expiry.months} months against {days} days")


def _check_expiry(at: Path, rule: EarningRule, program: Program) -> Flaws:
    if rule.expiry is None:
        return
    yield from between((*at, "months"), rule.expiry.months, 1, MAX_EXPIRY_MONTHS)
    if rule.expiry.inactivity:
        yield Flaw((*at, "inactivity"), "is the programme's alone: a rule can give a date only")
