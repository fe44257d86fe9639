"""What of the whole catalog may be within a member's reach, by price, tier and dates, without a look at each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from domain.rewards.availability import opens_before
from domain.rewards.eyes import Eyes
from domain.rewards.masks import Rising
from domain.rewards.shelf import Shelf
from domain.time import to_ms


@dataclass(frozen=True, slots=True)
class Reach:
    """Two sets: nothing outside of `possible` can be had; everything in `certain` can, as far as stock was known.

    What is possible and not certain is to be judged by itself: its price, limits, variants or condition matter.
    """

    possible: int
    certain: int


def reach_of(shelf: Shelf, eyes: Eyes, sold_out: int) -> Reach:
    """The reach of whoever looks; `sold_out` is the set of what nothing is left of."""
    levels = (level.code for level in eyes.program.tiers.levels[: eyes.rank + 1])
    theirs = reduce(or_, (shelf.tiers.get(code, 0) for code in ("", *levels)))
    open = shelf.opens.at_most(to_ms(eyes.at + opens_before(eyes.tier))) & ~shelf.closes.at_most(to_ms(eyes.at))
    possible = theirs & open & ~sold_out & _affordable(shelf, eyes)
    at_list_price = _at_most(shelf.listed_at, {code: eyes.available(code) for code in shelf.listed_at})
    return Reach(possible, possible & at_list_price & ~shelf.special)


def _affordable(shelf: Shelf, eyes: Eyes) -> int:
    """What their points would do for at the lowest price of each, with the largest sale that is on for them."""
    off = eyes.sales[0].percent_off if eyes.sales else 0
    return _at_most(
        shelf.cheapest, {code: eyes.available(code) * 100 // max(1, 100 - off) for code in shelf.cheapest}
    )


def _at_most(costs: Mapping[str, Rising], points: Mapping[str, int]) -> int:
    return reduce(or_, (rising.at_most(points[code]) for code, rising in costs.items()), 0)
