"""What a member is recommended, in which order, and why, in words that they can read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.program.rewards import Reward
from domain.refusals import Code
from domain.rewards.availability import Availability
from domain.rewards.companions import FEWEST, Companions

MOST = 50
NEARLY = 20
"""Per cent of its price that may be missing from what is nearly within reach."""
_NEVER = {Code.NOT_ELIGIBLE, Code.NOT_AVAILABLE_NOW, Code.OUT_OF_STOCK, Code.LIMIT_REACHED, Code.MEMBER_NOT_ACTIVE}


class Because(StrEnum):
    """Why something is recommended."""

    ALSO_CHOSEN = "ALSO_CHOSEN"
    WITHIN_REACH = "WITHIN_REACH"
    NEARLY_WITHIN_REACH = "NEARLY_WITHIN_REACH"


@dataclass(frozen=True, slots=True)
class AlsoChosen:
    """Of `of` members who chose `chosen`, `members` also chose `reward`."""

    reward: str
    chosen: str
    members: int
    of: int

    def words(self, title: str) -> str:
        """In words; `title` is that of what they chose."""
        return f"{self.members} of {self.of} members who chose {title} also chose this"


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One reward, and why."""

    reward: Reward
    kind: Because
    words: str


def also_chosen(chosen: Sequence[str], companions: Iterable[Companions]) -> list[AlsoChosen]:
    """What members who chose the same also chose, and this one did not: the largest share of them first.

    Each reward once, by the choice with which it goes best; never by fewer than three members.
    """
    best: dict[str, AlsoChosen] = {}
    for one in companions:
        for other in one.others:
            found = AlsoChosen(other.reward, one.reward, other.members, one.members)
            if other.reward not in chosen and other.members >= FEWEST:
                known = best.get(other.reward)
                if known is None or _rank(found) < _rank(known):
                    best[other.reward] = found
    return sorted(best.values(), key=_rank)[:MOST]


def recommend(
    candidates: Sequence[Reward],
    judged: Mapping[str, Availability],
    also: Sequence[AlsoChosen],
    titles: Mapping[str, str],
) -> list[Recommendation]:
    """Those of the candidates that they may have, in order: what goes with what they chose, as `also` has it; then
    what their points do for, the dearest first; then what they nearly do for, the nearest first.

    Never what is not for them, not on offer, sold out or used up.
    """
    open = {
        reward.code: reward
        for reward in candidates
        if _NEVER.isdisjoint(refusal.code for refusal in judged[reward.code].refusals)
    }
    found = [
        Recommendation(open[one.reward], Because.ALSO_CHOSEN, one.words(titles[one.chosen]))
        for one in also
        if one.reward in open and one.chosen in titles
    ]
    told = {one.reward.code for one in found}
    rest = [(reward, judged[reward.code]) for reward in open.values() if reward.code not in told]
    return found + _reached(rest) + _nearly(rest)


def _reached(rest: Iterable[tuple[Reward, Availability]]) -> list[Recommendation]:
    found = [(reward, one) for reward, one in rest if one.redeemable]
    found.sort(key=lambda pair: (-pair[1].cost, pair[0].code))
    return [
        Recommendation(reward, Because.WITHIN_REACH, f"your points do for it: it costs {one.cost}")
        for reward, one in found[:MOST]
    ]


def _nearly(rest: Iterable[tuple[Reward, Availability]]) -> list[Recommendation]:
    found = [(r, one) for r, one in rest if 0 < one.missing_points * 100 <= NEARLY * one.cost]
    found.sort(key=lambda pair: (pair[1].missing_points, pair[0].code))
    return [
        Recommendation(reward, Because.NEARLY_WITHIN_REACH, f"{one.missing_points} points more do for it")
        for reward, one in found[:MOST]
    ]


def _rank(one: AlsoChosen) -> tuple[float, int, str, str]:
    return (-one.members / one.of, -one.members, one.reward, one.chosen)
