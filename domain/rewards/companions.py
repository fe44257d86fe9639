"""What members who chose one reward also chose: plain numbers of members, counted in bounded memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FEWEST = 3
"""Fewer members in common are never told of: they might be known."""
MOST_OTHERS = 50
MOST_CHOSEN = 100
"""Rewards of one member that are counted, the newest: who has everything says little of what goes together."""
_MOST_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True)
class Companion:
    """How many members also chose `reward`."""

    reward: str
    members: int


@dataclass(frozen=True, slots=True)
class Companions:
    """Of `members` who chose `reward`, how many also chose which others; most first."""

    reward: str
    members: int
    others: tuple[Companion, ...]


class Counting:
    """Counts pairs of rewards over members, each told of once with all that they chose.

    Beyond a million pairs those of the fewest members are let go: what is common stays, and may be counted short.
    """

    def __init__(self, *, most_pairs: int = _MOST_PAIRS) -> None:
        self._most = most_pairs
        self._chosen: dict[str, int] = {}
        self._pairs: dict[tuple[str, str], int] = {}

    def add(self, chosen: Iterable[str]) -> None:
        """One member's rewards."""
        rewards = sorted(dict.fromkeys(chosen))
        for index, one in enumerate(rewards):
            self._chosen[one] = self._chosen.get(one, 0) + 1
            for other in rewards[index + 1 :]:
                self._pairs[one, other] = self._pairs.get((one, other), 0) + 1
        least = 1
        while len(self._pairs) > self._most:
            self._pairs = {pair: count for pair, count in self._pairs.items() if count > least}
            least += 1

    def counted(self) -> Iterator[Companions]:
        """For each reward what goes with it: at least 3 members, at most 50 others, most first, then by code."""
        others: dict[str, list[Companion]] = {}
        for (one, other), count in self._pairs.items():
            if count >= FEWEST:
                others.setdefault(one, []).append(Companion(other, count))
                others.setdefault(other, []).append(Companion(one, count))
        for reward, found in sorted(others.items()):
            ordered = sorted(found, key=lambda companion: (-companion.members, companion.reward))
            yield Companions(reward, self._chosen[reward], tuple(ordered[:MOST_OTHERS]))
