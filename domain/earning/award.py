"""What an event gives a member: one award a currency, each point of it explained."""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from domain.earning.basket import Basket, basket_of
from domain.earning.because import because_flat, because_spent, because_tier
from domain.earning.event import Event
from domain.earning.judgement import Award
from domain.ledger.entry import AwardLine
from domain.money import digits
from domain.program.earning import EarningRule, Rounding
from domain.program.levels import Tier
from domain.program.program import Program

_ROUND: dict[Rounding, Callable[[Fraction], int]] = {
    Rounding.DOWN: math.floor,
    Rounding.HALF_EVEN: round,
    Rounding.UP: math.ceil,
}


def award(program: Program, event: Event, *, tier: Tier) -> tuple[Award, ...]:
    """What `event` gives a member of `tier`, in the order of the programme's currencies; none if nothing.

    A rule for money spent counts the event's whole amount at 1 and its lines at their categories'
    multipliers; a discount on the basket (an amount below its lines) lowers each line in proportion.
    It is rounded once, as the rule says, and never gives less than nothing. The tier's multiplier is a
    line of its own: (multiplier - 1) times what the rules that allow it gave, rounded down.
    """
    basket = basket_of(event, program.money)
    awards = (_award(program, event, basket, code, tier) for code in (c.code for c in program.currencies))
    return tuple(given for given in awards if given.points)


def _award(program: Program, event: Event, basket: Basket | None, currency: str, tier: Tier) -> Award:
    lines: list[AwardLine] = []
    multiplied = 0
    for rule in program.earning:
        if event.type not in rule.on or program.currency_code(rule.currency) != currency:
            continue
        points, because = _fire(program, event, basket, rule)
        if points > 0:
            lines.append(AwardLine(rule.code, program.version, points, because))
            multiplied += points if rule.tier_multiplier else 0
    lines += _tier_line(program, tier, multiplied)
    return Award(currency, sum(line.points for line in lines), tuple(lines))


def _fire(program: Program, event: Event, basket: Basket | None, rule: EarningRule) -> tuple[int, str]:
    if rule.per is None:
        return rule.points, because_flat(rule, event.type)
    if basket is None:
        return 0, ""
    counted = _counted(basket, rule)
    exact = counted * rule.points / (_fraction(rule.per) * 10 ** digits(program.money))
    points = _ROUND[rule.rounding](exact)
    if points <= 0:
        return 0, ""
    return points, because_spent(program, rule, basket, exact, points)


def _counted(basket: Basket, rule: EarningRule) -> Fraction:
    """The amount with each category's multiplier, in minor units; nothing that was not paid counts."""
    extra = sum(
        (_fraction(multiplier) - 1) * basket.by_category[category]
        for category, multiplier in rule.categories.items()
        if category in basket.by_category
    )
    return basket.total + basket.paid_share * extra


@lru_cache(maxsize=1_024)
def _fraction(number: Decimal) -> Fraction:
    """The same number; a programme has few of them, and they are asked for with every event."""
    return Fraction(number)


def _tier_line(program: Program, tier: Tier, points: int) -> list[AwardLine]:
    exact = (_fraction(tier.multiplier) - 1) * points
    bonus = math.floor(exact)
    if bonus <= 0:
        return []
    because = because_tier(tier, points, exact, bonus)
    return [AwardLine(f"tier:{tier.code}", program.version, bonus, because)]
