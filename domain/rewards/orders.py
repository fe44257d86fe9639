"""The orders in which the catalog is looked through, and places in them."""

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple


class RewardOrder(StrEnum):
    """Orders of the catalog; ties fall by code. FEATURED is that of the programme's file."""

    FEATURED = "FEATURED"
    COST_ASC = "COST_ASC"
    COST_DESC = "COST_DESC"
    NEWEST = "NEWEST"


class Position(NamedTuple):
    """What a cursor carries: the value that the order goes by, and the code of the reward that had it."""

    value: int
    code: str


class Order(NamedTuple):
    """Places by rank, and ranks by place. `values` and `codes` are by rank; `sign` -1: values fall."""

    places: Sequence[int]
    ranks: Sequence[int]
    values: Sequence[int]
    codes: Sequence[str]
    sign: int

    @classmethod
    def of(cls, codes: Sequence[str], values: Sequence[int], *, sign: int = 1) -> "Order":
        """Of all places with their codes and values."""
        places = sorted(range(len(codes)), key=lambda place: (sign * values[place], codes[place]))
        ranks = [0] * len(places)
        for rank, place in enumerate(places):
            ranks[place] = rank
        return cls(places, ranks, [values[place] for place in places], [codes[place] for place in places], sign)

    def behind(self, after: Position | None) -> int:
        """The first rank behind a position, whether or not a reward still has it."""
        if after is None:
            return 0
        sought = (self.sign * after.value, after.code)
        return bisect_right(
            range(len(self.places)), sought, key=lambda rank: (self.sign * self.values[rank], self.codes[rank])
        )

    def position(self, rank: int) -> Position:
        """The position of a rank."""
        return Position(self.values[rank], self.codes[rank])
