"""Why an award is what it is, in words a member can read and check with pencil and paper."""

from fractions import Fraction

from domain.earning.basket import Basket
from domain.earning.returns import Kept
from domain.money import digits, from_minor
from domain.program.earning import EarningRule, Rounding
from domain.program.levels import Tier
from domain.program.program import Program

_PLACES = 4
_ROUNDED = {
    Rounding.DOWN: "rounded down",
    Rounding.HALF_EVEN: "rounded to the nearest, a half to the even one",
    Rounding.UP: "rounded up",
}


def because_flat(rule: EarningRule, event_type: str) -> str:
    """Such as "25 points for each review"."""
    return f"{_points(rule.points)} for each {event_type.replace('_', ' ')}"


def because_spent(program: Program, rule: EarningRule, basket: Basket, exact: Fraction, points: int) -> str:
    """Such as "12.50 USD at 1 point for each 1.00; BAKERY 4.00 counts ×2: 16.50 → 16, rounded down"."""
    money = program.money
    per = f"{rule.per:.{digits(money)}f}"
    said = [f"{from_minor(basket.total, money)} {money} at {_points(rule.points)} for each {per}"]
    said += [
        f"{category} {from_minor(basket.by_category[category], money)} counts ×{_number(Fraction(multiplier))}"
        for category, multiplier in rule.categories.items()
        if multiplier != 1 and basket.by_category.get(category)
    ]
    if len(said) > 1 and basket.paid_share != 1:
        said.append(f"of lines of {from_minor(basket.lines_total, money)}, so each counts in proportion")
    return f"{'; '.join(said)}: {_rounded(exact, points, rule.rounding, digits(money))}"


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


def _points(points: int) -> str:
    return "1 point" if points == 1 else f"{points} points"


def _rounded(exact: Fraction, points: int, rounding: Rounding, least: int) -> str:
    if exact == points:
        return str(points)
    return f"{_number(exact, least)} → {points}, {_ROUNDED[rounding]}"


def _number(value: Fraction, least: int = 0) -> str:
    """A number of at least nothing: exact with at least `least` decimals, or cut after four and marked "…"."""
    scaled = value * 10**_PLACES
    whole, decimals = divmod(int(scaled), 10**_PLACES)
    text = f"{decimals:0{_PLACES}d}"
    if scaled.denominator != 1:
        return f"{whole}.{text}…"
    text = text[:least] + text[least:].rstrip("0")
    return f"{whole}.{text}" if text else str(whole)
