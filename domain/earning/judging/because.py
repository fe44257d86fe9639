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
from domain.money import digits, from_minor, print_minor
from domain.points import points_in_words
from domain.program.earning import Rounding
from domain.program.engagement import Challenge
from domain.program.levels import Tier
from domain.program.program import Program
from domain.rules import Failed

Ratio = tuple[int, int]
"""One whole number over another, which is above zero."""
_DOWN = Rounding.DOWN
_SCALE = 10_000
_ROUNDED = {
    Rounding.DOWN: "rounded down",
    Rounding.HALF_EVEN: "rounded to the nearest, a half to the even one",
    Rounding.UP: "rounded up",
}


@lru_cache(maxsize=1_024)
def because_flat(points: int, event_type: str) -> str:
    """Such as "25 points for each review"."""
    return f"{points_in_words(points)} for each {event_type.replace('_', ' ')}"


def because_spent(known: Known, planned: PlannedRule, found: Counted, exact: Ratio, points: int) -> str:
    """Such as "12.50 USD at 1 point for each 1.00; BAKERY 4.00 counts ×2: 16.50 → 16, rounded down".

    With lines of its own: "8.00 of 12.50 USD at …".
    """
    gives = _rounded(exact, points, planned.rule.rounding, digits(known.plan.money))
    return f"{_money(known, planned, found)}: {gives}"


def because_whole(known: Known, planned: PlannedRule, found: Counted, times: int) -> str:
    """Such as "12.50 USD at 5 points for each whole 5.00: 2 × 5 = 10"."""
    each = planned.rule.points
    return f"{_money(known, planned, found)}: {times} × {each} = {times * each}"


@lru_cache(maxsize=1_024)
def because_units(points: int, units: int) -> str:
    """Such as "4 units at 5 points each: 20"."""
    return f"{units} {'unit' if units == 1 else 'units'} at {points_in_words(points)} each: {units * points}"


def because_amount(known: Known, asked: Asked, points: int) -> str:
    """Such as "event.amount / 50 gives 25: event.amount is 1250"."""
    said = told_of(known, asked)
    return f"{asked.text} gives {points}" + (f": {said}" if said else "")


def because_multiple(planned: PlannedRule, whole: int, part: Ratio, exact: Ratio, points: int) -> str:
    """Such as "counts ×3: 2 more for each of 17 points: 34"; of some lines only "for each of 4.5 of 17 points"."""
    over, under = part
    of = points_in_words(whole) if over == whole * under else f"{_number(part)} of {points_in_words(whole)}"
    rounded = _rounded(exact, points, planned.rule.rounding, 0)
    times = planned.rule.multiply or Decimal(1)
    return f"counts ×{_times(times)}: {_more(times)} more for each of {of}: {rounded}"


def because_reached(challenge: Challenge, goal: int, times: int, points: int) -> str:
    """Such as "Three coffees: 3 of 3 reached"; at once more than once: "…: 50 of 50 reached, 3 × 10 = 30"."""
    more = f", {times} × {points} = {times * points}" if times > 1 else ""
    return f"{challenge.name}: {goal} of {challenge.goal} reached{more}"


def because_gift(tier: Tier) -> str:
    """Such as "100 points as a member of Gold for the birthday"."""
    return f"{points_in_words(tier.birthday_points)} as a member of {tier.name} for the birthday"


def because_cut(cut: Cut, wanted: int) -> str:
    """What follows the reason of a line that caps cut: "; 40 of 100: no more than 500 a day by this rule"."""
    return f"; {cut.points} of {wanted}: {cut.says}"


def _money(known: Known, planned: PlannedRule, found: Counted) -> str:
    """Such as "8.00 of 12.50 USD at 1 point for each 1.00", and what does not count at one."""
    rate = planned.rate.words if planned.rate else ""
    part = "" if found.lines is None else f"{print_minor(found.lines, known.plan.money)} of "
    said = f"{part}{known.amount_text} at {rate}"
    if not planned.rule.categories and found.lines is None:
        return said
    return "; ".join([said, *_weights(known, planned, found)])


def _weights(known: Known, planned: PlannedRule, found: Counted) -> list[str]:
    """The categories that do not count at one, and how a discount on the basket lowers lines."""
    basket, money = known.basket, known.plan.money
    lines = known.lines(planned.lines)
    if basket is None or isinstance(lines, Failed):
        return []
    said: list[str] = []
    if planned.rule.categories:
        amounts = basket.by_category if planned.lines is None else by_category(lines)
        said = [
            f"{category} {from_minor(amounts[category], money)} counts ×{_times(multiplier)}"
            for category, multiplier in planned.rule.categories.items()
            if amounts.get(category) and multiplier != 1
        ]
    if (said or found.lines is not None) and basket.paid_share != 1:
        said.append(f"of lines of {from_minor(basket.lines_total, money)}, so each counts in proportion")
    return said


def because_tier(tier: Tier, points: int, exact: Ratio, bonus: int) -> str:
    """Such as "Gold counts ×1.5: 0.5 more for each of 17 points: 8.5 → 8, rounded down"."""
    return (
        f"{tier.name} counts ×{_times(tier.multiplier)}: {_more(tier.multiplier)} more for each of "
        f"{points_in_words(points)}: {_rounded(exact, bonus, _DOWN, 0)}"
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
    gone = f"{taken if stays else points_in_words(taken)} {'is' if taken == 1 else 'are'} taken back"
    stay = f"{points_in_words(stays)} {'stays' if stays == 1 else 'stay'}, " if stays else ""
    return f"{said}: {stay}{gone}" + (f" after {before} before" if before else "")


@lru_cache(maxsize=1_024)
def _times(multiplier: Decimal) -> str:
    return _number(multiplier.as_integer_ratio())


@lru_cache(maxsize=1_024)
def _more(multiplier: Decimal) -> str:
    return _number((Fraction(multiplier) - 1).as_integer_ratio())


def _rounded(exact: Ratio, points: int, rounding: Rounding, least: int) -> str:
    over, under = exact
    if over == points * under:
        return str(points)
    return f"{_number(exact, least)} → {points}, {_ROUNDED[rounding]}"


def _number(value: Ratio, least: int = 0) -> str:
    """A number of at least nothing: exact with at least `least` decimals, or cut after four and marked "…"."""
    over, under = value
    scaled, rest = divmod(over * _SCALE, under)
    whole, decimals = divmod(scaled, _SCALE)
    text = f"{decimals:04d}"
    if rest:
        return f"{whole}.{text}…"
    text = text[:least] + text[least:].rstrip("0")
    return f"{whole}.{text}" if text else str(whole)
