"""The money that a rule counts of an event, in whole numbers: fractions are slow where rules are many."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.earning.events.basket import Basket
from domain.earning.events.event import EventLine
from domain.earning.planning.planned import Rate


class Counted(NamedTuple):
    """`number` / `scale` minor units. `lines`: what the lines that count add up to, before any discount on the
    basket; None where the whole event counts."""

    number: int
    scale: int
    lines: int | None = None


def counted(basket: Basket, rate: Rate, lines: Sequence[EventLine] | None) -> Counted:
    """The event's whole amount, its categories by their weights; or only `lines`, likewise.

    A discount on the basket (an amount below its lines) lowers each line in proportion.
    """
    if lines is None:
        return _whole(basket, rate)
    weights, scale = rate.weights, rate.scale
    plain = sum([line.amount_minor for line in lines])
    number = plain * scale
    if weights:
        number = sum([line.amount_minor * weights.get(line.category or "", scale) for line in lines])
    if 0 <= basket.total < basket.lines_total:
        return Counted(number * basket.total, scale * basket.lines_total, plain)
    return Counted(number, scale, plain)


def _whole(basket: Basket, rate: Rate) -> Counted:
    scale = rate.scale
    extra = 0
    for category, weight in rate.weights.items():
        amount = basket.by_category.get(category)
        if amount:
            extra += (weight - scale) * amount
    if extra and 0 <= basket.total < basket.lines_total:
        return Counted(basket.total * (scale * basket.lines_total + extra), scale * basket.lines_total)
    return Counted(basket.total * scale + extra, scale)
