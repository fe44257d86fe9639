"""Budgets in memory: what a replay has used of the caps that bound everyone together, exactly."""

from collections.abc import Iterable, Mapping

from domain.earning.judging.budgets import Budget, left_of


class SharedRoom:
    """All budgets of one replay; each begins unused."""

    def __init__(self) -> None:
        self.used: dict[Budget, int] = {}

    def left(self, budgets: Iterable[Budget]) -> dict[str, int]:
        """What is left of each cap."""
        budgets = tuple(budgets)
        return left_of(budgets, {one.id: max(one.points - self.used.get(one, 0), 0) for one in budgets})

    def use(self, uses: Mapping[Budget, int]) -> None:
        """Points that awards use."""
        for budget, points in uses.items():
            self.used[budget] = self.used.get(budget, 0) + points

    def give_back(self, backs: Mapping[str, int]) -> None:
        """Points that come back with a reversal, by the budgets' ids."""
        for budget in [one for one in self.used if one.id in backs] if backs else ():
            self.used[budget] = max(self.used[budget] - backs[budget.id], 0)
