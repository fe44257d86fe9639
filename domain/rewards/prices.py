"""What a member pays for a reward now: the best of its prices that is theirs, and the best sale on top of it."""

from dataclasses import dataclass
from decimal import Decimal

from domain.program.rewards import Reward, Sale
from domain.rewards.eyes import Eyes, is_within


@dataclass(frozen=True, slots=True)
class Quoted:
    """The price of one: points, the money beside them, and what it is called; None for the list price."""

    cost: int
    copay: Decimal | None = None
    name: str | None = None

    def times(self, quantity: int) -> "Quoted":
        """The price of so many."""
        copay = None if self.copay is None else self.copay * quantity
        return Quoted(self.cost * quantity, copay, self.name)


def quote(reward: Reward, eyes: Eyes) -> Quoted:
    """The price for whoever looks.

    Of the list price and all prices that are for them now it is the fewest points; among equals the least money,
    then the first in the file. Of the sales of the reward the one that takes off most counts, and no other.
    """
    best = min(_prices(reward, eyes), key=lambda price: (price.cost, price.copay or Decimal(0)))
    sale = next((sale for sale in eyes.sales if is_of(sale, reward)), None)
    return best if sale is None else Quoted(_less(best.cost, sale.percent_off), best.copay, sale.name)


def is_of(sale: Sale, reward: Reward) -> bool:
    """Whether a sale is of a reward: it names it, its kind or one of its categories, or names nothing at all."""
    if not (sale.rewards or sale.categories or sale.kinds):
        return True
    return (
        reward.code in sale.rewards
        or reward.kind in sale.kinds
        or not set(sale.categories).isdisjoint(reward.categories)
    )


def _prices(reward: Reward, eyes: Eyes) -> list[Quoted]:
    theirs = (
        Quoted(price.cost, price.copay, price.name or None)
        for price in reward.prices
        if is_within(price.starts, price.ends, eyes.at) and eyes.are_any_of(price.tiers, price.segments)
    )
    return [Quoted(reward.cost, reward.copay), *theirs]


def _less(cost: int, percent: int) -> int:
    """So many per cent less, up to a whole point, and one at least."""
    return max(1, -(-cost * (100 - percent) // 100))
