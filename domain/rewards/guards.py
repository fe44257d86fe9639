"""Guards: which redemptions wait for staff, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.earning.planning.plan import plan_of
from domain.money import to_minor
from domain.program.program import Program
from domain.program.rewards import Guard, Reward
from domain.rewards.eyes import Eyes
from domain.rules import Failed, RedemptionFacts

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
HISTORY = _DAY
"""How far back guards look."""
_OF_HISTORY = frozenset({"redemption", "redemption.hour", "redemption.day", "redemption.points_day"})


@dataclass(frozen=True, slots=True)
class Review:
    """Why a redemption waits, and until when at most: the least of what its guards allow."""

    guards: tuple[Guard, ...]
    until: datetime

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its guards, in the order of the file."""
        return tuple(guard.code for guard in self.guards)


class Recent(NamedTuple):
    """What guards ask of a redemption that stands: when it was made, for how many points, by which entry."""

    created_at: datetime
    points: int
    sequence: int


def ask_history(program: Program) -> bool:
    """Whether any guard looks at what the member redeemed before."""
    return any(not _OF_HISTORY.isdisjoint(planned.when.names) for planned in plan_of(program).guards)


def redemption_facts(
    reward: Reward,
    money: str,
    *,
    points: int,
    quantity: int,
    before: Iterable[Recent],
    at: datetime,
    new_device: bool,
) -> RedemptionFacts:
    """What guards know of a redemption at `at`. `before`: the member's others of the last day that stand."""
    stand = [one for one in before if one.created_at > at - _DAY]
    return RedemptionFacts(
        points=points,
        quantity=quantity,
        reward=reward.code,
        kind=reward.kind.value,
        categories=reward.categories,
        value=quantity * (to_minor(reward.value, money) or 0) if reward.value is not None else 0,
        hour=sum(one.created_at > at - _HOUR for one in stand),
        day=len(stand),
        points_day=sum(one.points for one in stand),
        new_device=new_device,
    )


def review_of(eyes: Eyes, facts: RedemptionFacts) -> Review | None:
    """What has the redemption wait for staff; None when nothing does.

    A guard that fails holds, too: what cannot be told is looked at. `eyes.failures` says of which that is so.
    """
    asked = eyes.known.facts_of(()).with_redemption(facts)
    matching = []
    for planned in eyes.known.plan.guards:
        answer = planned.when.by(asked)
        if isinstance(answer, Failed):
            eyes.failures[f"guard:{planned.guard.code}"] = answer.reason
        if answer is not False:
            matching.append(planned.guard)
    if not matching:
        return None
    return Review(tuple(matching), eyes.at + timedelta(hours=min(guard.hours for guard in matching)))
