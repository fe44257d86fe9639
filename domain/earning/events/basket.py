"""What an event is worth, as earning rules count it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.earning.events.event import Event, EventLine

_WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Basket:
    """An event's value in minor units of the programme's money.

    `total` is what was paid in all, `lines_total` what the lines add up to, `by_category` what they give each.
    """

    total: int
    lines_total: int
    by_category: Mapping[str, int]

    @property
    def paid_share(self) -> Fraction:
        """The part of each line that was paid: below 1 when a discount on the basket lowered the total."""
        if 0 <= self.total < self.lines_total:
            return Fraction(self.total, self.lines_total)
        return _WHOLE


def basket_of(event: Event, money: str) -> Basket | None:
    """The event's value in `money`; None when it has none, or one in other money.

    The event's amount is the whole, whatever its lines add up to; without an amount the lines are the whole.
    """
    if event.currency not in (None, money):
        return None
    if event.amount_minor is None and not event.lines:
        return None
    lines_total = sum([line.amount_minor for line in event.lines])
    total = lines_total if event.amount_minor is None else event.amount_minor
    return Basket(total, lines_total, by_category(event.lines))


def by_category(lines: Iterable[EventLine]) -> dict[str, int]:
    """What lines add up to in each category."""
    amounts: dict[str, int] = {}
    for line in lines:
        if line.category is not None:
            amounts[line.category] = amounts.get(line.category, 0) + line.amount_minor
    return amounts
