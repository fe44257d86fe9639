"""Why an award is what it is, in words a member can read and check with pencil and paper."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from domain.earning.asking.asked import Asked, told_of
from domain.earning.events.basket import by_category
from domain.earning.facts.known import Known
from domain.earning.facts.money_counted import Counted
from domain.earning.judging.caps import Cut
from domain.earning.planning.planned import PlannedRule
from domain.earning.returns.returns import Kept
from domain.money import digits, from_minor
from domain.program.earning import Rounding
from domain.program.engagement import Challenge
from domain.program.levels import Tier
from domain.program.program import Program
from domain.rules import Failed

_PLACES = 4
_SCALE = 10**_PLACES
_ROUNDED = {
    Rounding.DOWN: "rounded down",
    Rounding.HALF_EVEN: "rounded to the nearest, a half to the even one",
    Rounding.UP: "rounded up",
}


@lru_cache(maxsize=1_024)
def because_flat(points: int, event_type: str) -> str:
    """Such as "25 points for each review"."""
    return f"{_points(points)} for each {event_type.replace('_', ' ')}"


def because_spent(known: Known, planned: PlannedRule, found: Counted, exact: Fraction, points: int) -> str:
    """Such as "12.50 USD at 1 point for each 1.00; BAKERY 4.00 counts ×2: 16.50 → 16, rounded down".

    With lines of its own: "8.00 of 12.50 USD at …".
    """
    rule, places = planned.rule, digits(known.plan.money)
    said = [f"{_money(known, found)} at {_points(rule.points)} for each {_price(rule.per, places)}"]
    said += _weights(known, planned, found)
    return f"{'; '.join(said)}: {_rounded(exact, points, rule.rounding, places)}"


def because_whole(known: Known, planned: PlannedRule, found: Counted, times: int) -> str:
    """Such as "12.50 USD at 5 points for each whole 5.00: 2 × 5 = 10"."""
    rule = planned.rule
    per = f"{rule.per:.{digits(known.plan.money)}f}"
    said = [f"{_money(known, found)} at {_points(rule.points)} for each whole {per}"]
    said += _weights(known, planned, found)
    return f"{'; '.join(said)}: {times} × {rule.points} = {times * rule.points}"


@lru_cache(maxsize=1_024)
def because_units(points: int, units: int) -> str:
    """Such as "4 units at 5 points each: 20"."""
    return f"{units} {'unit' if units == 1 else 'units'} at {_points(points)} each: {units * points}"


def because_amount(known: Known, asked: Asked, points: int) -> str:
    """Such as "event.amount / 50 gives 25: event.amount is 1250"."""
    said = told_of(known, asked)
    return f"{asked.text} gives {points}" + (f": {said}" if said else "")


def because_multiple(planned: PlannedRule, whole: int, part: Fraction, exact: Fraction, points: int) -> str:
    """Such as "counts ×3: 2 more for each of 17 points: 34"; of some lines only "for each of 4.5 of 17 points"."""
    times = planned.more + 1
    of = _points(whole) if part == whole else f"{_number(part)} of {_points(whole)}"
    rounded = _rounded(exact, points, planned.rule.rounding, 0)
    return f"counts ×{_number(times)}: {_number(times - 1)} more for each of {of}: {rounded}"


def because_reached(challenge: Challenge, goal: int, times: int, points: int) -> str:
    """Such as "Three coffees: 3 of 3 reached"; at once more than once: "…: 50 of 50 reached, 3 × 10 = 30"."""
    more = f", {times} × {points} = {times * points}" if times > 1 else ""
    return f"{challenge.name}: {goal} of {challenge.goal} reached{more}"


def because_gift(tier: Tier) -> str:
    """Such as "100 points as a member of Gold for the birthday"."""
    return f"{_points(tier.birthday_points)} as a member of {tier.name} for the birthday"


def because_cut(cut: Cut, wanted: int) -> str:
    """What follows the reason of a line that caps cut: "; 40 of 100: no more than 500 a day by this rule"."""
    return f"; {cut.points} of {wanted}: {cut.says}"


def _money(known: Known, found: Counted) -> str:
    money, total = known.plan.money, from_minor(known.amount, known.plan.money)
    return f"{total} {money}" if found.lines is None else f"{from_minor(found.lines, money)} of {total} {money}"


def _weights(known: Known, planned: PlannedRule, found: Counted) -> list[str]:
    """The categories that do not count at one, and how a discount on the basket lowers lines."""
    basket, money = known.basket, known.plan.money
    lines = known.lines(planned.lines)
    if basket is None or isinstance(lines, Failed):
        return []
    amounts = basket.by_category if planned.lines is None else by_category(lines)
    said = [
        f"{category} {from_minor(amounts[category], money)} counts ×{_times(multiplier)}"
        for category, multiplier in planned.rule.categories.items()
        if multiplier != 1 and amounts.get(category)
    ]
    if (said or found.lines is not None) and basket.paid_share != 1:
        said.append(f"of lines of {from_minor(basket.lines_total, money)}, so each counts in proportion")
    return said


def because_tier(tier: Tier, points: int, exact: Fraction, bonus: int) -> str:
    """Such as "Gold counts ×1.5: 0.5 more for each of 17 points: 8.5 → 8, rounded down"."""
    multiplier = Fraction(tier.multiplier)
    return (
        f"{tier.name} counts ×{_number(multiplier)}: {_number(multiplier - 1)} more for each of "
        f"{_points(points)}: {_rounded(exact, bonus, Rounding.DOWN, 0)}"
    )


def because_refund(program: Program, kept: Kept, *, stays: int, taken: int, before: int) -> str:
    """Such as "Kept 12.50 of 20.00 USD: 12 points stay, 8 are taken back"; `before` were by earlier reversals."""
    if kept.event is None:
        said = "Nothing is kept"
    elif kept.paid is None or kept.kept is None:
        said = "All is kept"
    else:
        money = program.money
        said = f"Kept {from_minor(kept.kept, money)} of {from_minor(kept.paid, money)} {money}"
    gone = f"{taken if stays else _points(taken)} {'is' if taken == 1 else 'are'} taken back"
    stay = f"{_points(stays)} {'stays' if stays == 1 else 'stay'}, " if stays else ""
    return f"{said}: {stay}{gone}" + (f" after {before} before" if before else "")


@lru_cache(maxsize=1_024)
def _price(per: Decimal | None, places: int) -> str:
    return f"{per:.{places}f}"


@lru_cache(maxsize=1_024)
def _times(multiplier: Decimal) -> str:
    return _number(Fraction(multiplier))


def _points(points: int) -> str:
    return "1 point" if points == 1 else f"{points} points"


def _rounded(exact: Fraction, points: int, rounding: Rounding, least: int) -> str:
    if exact == points:
        return str(points)
    return f"{_number(exact, least)} → {points}, {_ROUNDED[rounding]}"


def _number(value: Fraction, least: int = 0) -> str:
    """A number of at least nothing: exact with at least `least` decimals, or cut after four and marked "…"."""
    scaled, rest = divmod(value.numerator * _SCALE, value.denominator)
    whole, decimals = divmod(scaled, _SCALE)
    text = f"{decimals:0{_PLACES}d}"
    if rest:
        return f"{whole}.{text}…"
    text = text[:least] + text[least:].rstrip("0")
    return f"{whole}.{text}" if text else str(whole)
