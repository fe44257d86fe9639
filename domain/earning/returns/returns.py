"""What is left of a purchase when some of it was returned."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from domain.earning.events.basket import basket_of
from domain.earning.events.event import Event, EventLine
from domain.refusals import Code, Refused, invalid


class Return(NamedTuple):
    """One return. Lines say what came back and the money for it at the price it was bought; `amount_minor` what
    was paid back in all, which is the lines' part of what was paid when it is not said. Neither: everything."""

    lines: tuple[EventLine, ...] = ()
    amount_minor: int | None = None

    @staticmethod
    def of(event: Event) -> "Return":
        """What a refund event says came back."""
        return Return(event.lines, event.amount_minor)

    @property
    def is_whole(self) -> bool:
        """Whether it names no part of the purchase."""
        return not self.lines and self.amount_minor is None


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a purchase: `event` is the purchase of that alone, None when nothing is.

    Money in minor units: `paid` for the purchase, and `kept` of it (more, when a coupon came back); both None for
    an event without money.
    """

    event: Event | None
    paid: int | None
    kept: int | None


def keep(purchase: Event, returns: Sequence[Return], money: str) -> Kept | Refused:
    """What all returns, in their order, leave of a purchase; `money` is the programme's.

    A line comes back by its sku, from the line it is like most: of the same category, brand, quantity and
    amount; of several lines of one sku the first next. Something is kept while money is kept that was paid, or
    while goods are that cost nothing. What is kept is rounded up to the smallest unit of money.

    Refuses INVALID_INPUT, with the path in the last return, for what was not bought, or not in that quantity or
    for that money; ALREADY_REVERSED when earlier returns left nothing.
    """
    basket = basket_of(purchase, money)
    paid = None if basket is None else max(basket.total, 0)
    left = _Left(purchase.lines, Fraction(paid or 0))
    bought = _Bought(purchase.lines, basket.paid_share if basket else Fraction(1))
    for place, returned in enumerate(returns):
        if place and not left.is_something(paid):
            return _nothing_left()
        after = _give_back(left, bought, returned)
        if isinstance(after, Refused):
            return after
        left = after
    if returns and not left.is_something(paid):
        return Kept(None, paid, None if paid is None else 0)
    if paid is None or not returns:
        return Kept(purchase, paid, paid)
    kept = max(math.ceil(left.money), 0)
    lines = tuple(line for line in left.lines if line.quantity or line.amount_minor)
    return Kept(replace(purchase, amount_minor=kept, lines=lines), paid, kept)


class _Left(NamedTuple):
    """The lines of the purchase, in their order, with what is left of each, and what is left of the money."""

    lines: tuple[EventLine, ...]
    money: Fraction
    whole_is_back: bool = False

    def is_something(self, paid: int | None) -> bool:
        """Whether anything of the purchase is still kept."""
        if self.whole_is_back:
            return False
        goods = not self.lines or any(line.quantity for line in self.lines if line.amount_minor >= 0)
        # A part of the smallest unit of money, without goods, is what is left of rounding.
        return self.money >= 1 or (goods and self.money > 0) if paid else goods


class _Bought:
    """The lines as they were bought, by sku, and the part of each that was paid."""

    def __init__(self, lines: tuple[EventLine, ...], paid_share: Fraction) -> None:
        self.paid_share = paid_share
        self._goods: dict[str, list[int]] = {}
        self._coupons: dict[str, list[int]] = {}
        for place, line in enumerate(lines):
            kind = self._coupons if line.amount_minor < 0 else self._goods
            kind.setdefault(line.sku, []).append(place)

    def places(self, returned: EventLine) -> list[int]:
        """Where lines of the sku stand: those that cost something or, for a coupon taken back, those that paid."""
        goods, coupons = self._goods.get(returned.sku, []), self._coupons.get(returned.sku, [])
        return coupons if coupons and (returned.amount_minor < 0 or not goods) else goods


def _give_back(left: _Left, bought: _Bought, returned: Return) -> _Left | Refused:
    if returned.is_whole:
        return left._replace(whole_is_back=True)
    lines = list(left.lines)
    for index, line in enumerate(returned.lines):
        refusal = _take_line(lines, bought.places(line), line, index)
        if refusal:
            return refusal
    money = sum(line.amount_minor for line in returned.lines) * bought.paid_share
    if returned.amount_minor is not None:
        money = Fraction(returned.amount_minor)
        if money > max(math.ceil(left.money), 0):
            return invalid("More money is given back than is left of what was paid.", "amount")
    return _Left(tuple(lines), left.money - money)


def _take_line(lines: list[EventLine], places: list[int], returned: EventLine, index: int) -> Refused | None:
    """Takes one returned line from those of its sku."""
    at = ("lines", str(index))
    if not places:
        return invalid(f"No {returned.sku} was bought in this order.", *at, "sku")
    quantity = sum(lines[place].quantity for place in places)
    if returned.quantity > quantity:
        return invalid(f"Of {returned.sku}, {quantity} are left to return.", *at, "quantity")
    amount = sum(lines[place].amount_minor for place in places)
    if returned.amount_minor * amount < 0:
        return invalid("A returned line is above 0, unless what was bought is below.", *at, "amount")
    if abs(returned.amount_minor) > abs(amount):
        return invalid(f"More than is left of what was paid for {returned.sku}.", *at, "amount")
    quantity, amount = returned.quantity, returned.amount_minor
    for place in _most_like_first(lines, places, returned):
        if not (quantity or amount):
            break
        line = lines[place]
        units = min(quantity, line.quantity)
        money = min(amount, max(line.amount_minor, 0)) if amount >= 0 else max(amount, line.amount_minor)
        lines[place] = line._replace(quantity=line.quantity - units, amount_minor=line.amount_minor - money)
        quantity, amount = quantity - units, amount - money
    return None


def _most_like_first(lines: list[EventLine], places: list[int], returned: EventLine) -> list[int]:
    """Those of the places where anything is left, by how like their line is to the one that came back; what is not
    said of that one counts for nothing.

    A basket may have a thousand lines of one sku, and all of them come back.
    """
    category, brand, goods = returned.category, returned.brand, returned[-2:]
    left = [place for place in places if lines[place].quantity or lines[place].amount_minor]
    left.sort(key=lambda place: lines[place][-2:] != goods)
    if brand is not None:
        left.sort(key=lambda place: lines[place].brand != brand)
    if category is not None:
        left.sort(key=lambda place: lines[place].category != category)
    return left


def _nothing_left() -> Refused:
    return Refused(Code.ALREADY_REVERSED, "All of this order has been returned already.", ("attributes", "order"))
