"""Money as clients see it."""

from decimal import ROUND_DOWN, Decimal

import strawberry

from domain.money import digits


@strawberry.type
class Money:
    """An amount with its ISO 4217 currency."""

    amount: Decimal
    currency: str


def money(amount: Decimal | None, currency: str) -> Money | None:
    """The amount with at least the digits of its currency, and never fewer than it has; None for none."""
    if amount is None:
        return None
    least = Decimal(1).scaleb(-digits(currency))
    exponent = amount.as_tuple().exponent
    whole = isinstance(exponent, int) and exponent > -digits(currency)
    return Money(amount=amount.quantize(least) if whole else amount, currency=currency)


def value_of(points: int, worth: Decimal | None, currency: str) -> Money | None:
    """What points are worth, in whole minor units, rounded down towards zero; None when they have no worth."""
    if worth is None:
        return None
    least = Decimal(1).scaleb(-digits(currency))
    return Money(amount=(points * worth).quantize(least, rounding=ROUND_DOWN), currency=currency)
