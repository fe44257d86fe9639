"""What has qualified by window, and the ranks that it reaches."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from domain.ledger.state import State
from domain.money import from_minor
from domain.program.levels import Metric, Tiers, Window
from domain.program.program import Program
from domain.tiers.windows import Windows, windows_of

_ROLLING = Window.ROLLING


class Counted(NamedTuple):
    """Amounts by the number of their window, and the thresholds, all in the unit of counting (minor for spend)."""

    tiers: Tiers
    money: str
    windows: Windows
    amounts: Mapping[int, int]
    thresholds: tuple[int, ...]

    def amount(self, index: int) -> int:
        """What counts towards a tier in a window: its own amount, or that of the last months up to it."""
        if self.windows.kind is not _ROLLING:
            return self.amounts.get(index, 0)
        first = index - self.tiers.months
        return sum(max(amount, 0) for month, amount in self.amounts.items() if first < month <= index)

    def rank(self, amount: int) -> int:
        """The rank that an amount reaches."""
        reached = 0
        for rank, threshold in enumerate(self.thresholds):
            if threshold <= amount:
                reached = rank
        return reached

    def qualified(self, index: int) -> int:
        """The rank that a member qualifies for in a window: a year's counts to the end of the next one."""
        rank = self.rank(self.amount(index))
        return rank if self.windows.kind is _ROLLING else max(rank, self.rank(self.amount(index - 1)))

    def without(self, index: int) -> "Counted":
        """As if nothing had counted in a window."""
        return self._replace(amounts={other: amount for other, amount in self.amounts.items() if other != index})

    def in_unit(self, amount: int) -> Decimal:
        """An amount in the unit of the metric: money for spend."""
        return from_minor(amount, self.money) if self.tiers.metric is Metric.SPEND else Decimal(amount)


def counted_of(program: Program, state: State, joined_on: date | None = None) -> Counted:
    """What has qualified of a member with that state."""
    tiers = program.tiers
    windows = windows_of(program, state.qualifying, joined_on)
    amounts: dict[int, int] = {}
    for key, amount in state.qualifying.items():
        index = windows.index_of(key)
        amounts[index] = amounts.get(index, 0) + amount
    return Counted(tiers, program.money, windows, amounts, program.thresholds)
