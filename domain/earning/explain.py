"""What each rule made of an event: what it gave and why, or why it gave nothing and what was missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from domain.earning.judging.judgement import Judgement, Miss, MissReason
from domain.earning.planning.plan import plan_of
from domain.ledger.entry import AwardLine
from domain.program.earning import Stack
from domain.program.program import Program

Written = tuple[str, AwardLine]
"""A currency, and a line of an award in it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule, challenge or tier: the `line` that it gave in `currency`, or the `miss` that says why it did not.

    `rule` is named as in award lines, such as "spend", "challenge:coffees" or "tier:gold"; `name` is what the
    programme calls it.
    """

    rule: str
    name: str
    currency: str
    line: AwardLine | None = None
    miss: Miss | None = None

    @property
    def points(self) -> int:
        """What it gave."""
        return self.line.points if self.line else 0


def findings(
    program: Program, judgement: Judgement, written: Sequence[Written] | None = None
) -> tuple[Finding, ...]:
    """Every rule's part in the order of the programme, what follows from rules (tier, challenges) after them.

    `written`: the lines that stand in the ledger, which are the truth of what was given; None for an event that
    was only tried. What was left of budgets of everyone then is known to no one any more: a rule that would have
    given something but for a budget is told so.
    """
    judged: list[Written] = [(award.currency, line) for award in judgement.awards for line in award.lines]
    given = judged if written is None else list(written)
    found = [_fired(program, currency, line) for currency, line in given]
    rules = {one.rule for one in found}
    missed = [miss for miss in judgement.misses if miss.rule not in rules]
    rules |= {miss.rule for miss in missed}
    missed += [_not_written(program, currency, line) for currency, line in judged if line.rule not in rules]
    found += [_missed(program, miss) for miss in missed]
    order = {rule.code: place for place, rule in enumerate(program.earning)}
    return tuple(sorted(found, key=lambda one: order.get(one.rule, len(order))))


def name_of(program: Program, rule: str) -> str:
    """What the programme calls a rule of award lines and misses; its code when it has no such."""
    kind, _, code = rule.rpartition(":")
    tiers = {tier.code: tier.name for tier in program.tiers.levels}
    named: dict[str, dict[str, str]] = {
        "": {one.code: one.name for one in program.earning},
        "challenge": {one.code: one.name for one in program.challenges},
        "tier": tiers,
        "tier-gift": tiers,
        "streak": {one.code: one.name for one in program.streaks},
        "badge": {one.code: one.name for one in program.badges},
        "segment": {one.code: one.name for one in program.segments},
    }
    return named.get(kind, {}).get(code, rule)


def _fired(program: Program, currency: str, line: AwardLine) -> Finding:
    return Finding(line.rule, name_of(program, line.rule), currency, line=line)


def _missed(program: Program, miss: Miss) -> Finding:
    return Finding(miss.rule, name_of(program, miss.rule), _currency(program, miss.rule), miss=miss)


def _currency(program: Program, rule: str) -> str:
    named = {one.code: one.currency for one in program.earning}
    named |= {f"challenge:{one.code}": one.currency for one in program.challenges}
    return program.currency_code(named.get(rule))


def _not_written(program: Program, currency: str, line: AwardLine) -> Miss:
    budgets = [limit.says for limit in plan_of(program).limits_of_line(line.rule, currency) if limit.shared]
    if budgets:
        return Miss(line.rule, MissReason.CAP, f"{' or '.join(budgets)}: {_left(program, line.rule)}")
    return Miss(line.rule, MissReason.NOTHING, f"gave nothing then, though now it would give {line.points}")


def _left(program: Program, rule: str) -> str:
    """One of a group is passed over already when another gives more than was left for it."""
    of_group = any(one.code == rule and one.stack is Stack.BEST for one in program.earning)
    return "too little was left" if of_group else "nothing was left"


def cap_words(program: Program, cap: str) -> str:
    """A cap of an award line in words: "no more than 500 a day by this rule"; its id when it is no more."""
    plan = plan_of(program)
    limits = chain(*(rule.limits for rule in plan.rules), *plan.limits.values())
    return next((limit.says for limit in limits if limit.id == cap), cap)
