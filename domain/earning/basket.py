"""What an event is worth, as earning rules count it."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.earning.event import Event, EventLine


@dataclass(frozen=True, slots=True)
class Basket:
    """An event's value in minor units of the programme's money: all of it, and what lines give each category."""

    total: int
    by_category: Mapping[str, int]


def basket_of(event: Event, money: str) -> Basket | None:
    """The event's value in `money`; None when it has none, or one in other money.

    The event's amount is the whole, whatever its lines add up to; without an amount the lines are the whole.
    """
    if event.currency not in (None, money):
        return None
    total = event.amount_minor
    if total is None:
        if not event.lines:
            return None
        total = sum(line.amount_minor for line in event.lines)
    return Basket(total, _by_category(event.lines))


def _by_category(lines: tuple[EventLine, ...]) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for line in lines:
        if line.category is not None:
            amounts[line.category] = amounts.get(line.category, 0) + line.amount_minor
    return amounts
