"""How many of a reward may be had in a period: which rows count it, and when a new period begins.

A limit is counted where budgets are, under an id of its own, by the day of the redemption in the programme's zone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.earning.facts.periods import period_of
from domain.program.earning import CapOf, Period
from domain.program.program import Program
from domain.program.rewards import Reward, RewardLimit
from domain.refusals import Code, LimitReached
from domain.rewards.redemption import LimitUse
from domain.time import day_start

_WORDS = {
    Period.DAY: "a day",
    Period.WEEK: "a week",
    Period.MONTH: "a month",
    Period.YEAR: "a year",
    Period.EVER: "in all",
}


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit in the period of one moment. `id`: of the row that counts it; `resets_at` None: it never does."""

    id: str
    limit: RewardLimit
    resets_at: datetime | None

    def left(self, used: Mapping[str, int]) -> int:
        """How many more may be had, at least 0; what `used` does not have was not begun."""
        return max(self.limit.most - used.get(self.id, 0), 0)


def bounds_of(program: Program, reward: Reward, member: str, at: datetime) -> tuple[Bound, ...]:
    """The limits of a reward for a member's redemption at `at`, in the order of the file."""
    if not reward.limits:
        return ()
    day = at.astimezone(program.zone).date()
    return tuple(
        Bound(_id(reward.code, limit, member, day), limit, resets_at(program, limit.per, day))
        for limit in reward.limits
    )


def uses_of(bounds: Sequence[Bound], quantity: int) -> tuple[LimitUse, ...]:
    """What having so many uses of these limits."""
    return tuple(LimitUse(bound.id, quantity) for bound in bounds)


def refuse_limits(
    reward: Reward, bounds: Sequence[Bound], used: Mapping[str, int], quantity: int
) -> LimitReached | None:
    """LIMIT_REACHED by the limit that stays used up longest, of those that leave fewer than `quantity`."""
    reached = [bound for bound in bounds if bound.left(used) < quantity]
    if not reached:
        return None
    worst = max(reached, key=lambda bound: (bound.resets_at is None, bound.resets_at or datetime.max))
    return limit_reached(reward.title, worst, worst.left(used))


def limit_reached(title: str, bound: Bound, left: int = 0) -> LimitReached:
    """The refusal by one limit of a reward called `title`. `left`: how many may still be had."""
    limit = bound.limit
    whose = "of each member" if limit.of is CapOf.MEMBER else "by everyone together"
    message = f"{title} can be had {limit.most} times {_WORDS[limit.per]} {whose}"
    message += f", and {left} {'is' if left == 1 else 'are'} left." if left else ", and that is used up."
    return LimitReached(Code.LIMIT_REACHED, message, ("rewardId",), limit=limit.most, resets_at=bound.resets_at)


def resets_at(program: Program, per: Period, day: date) -> datetime | None:
    """When the period ends that a day of the programme is in; None for the one that never does."""
    match per:
        case Period.DAY:
            following = day + timedelta(days=1)
        case Period.WEEK:
            following = day + timedelta(days=7 - day.weekday())
        case Period.MONTH:
            following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        case Period.YEAR:
            following = date(day.year + 1, 1, 1)
        case Period.EVER:
            return None
    return day_start(following, program.zone)


def _id(code: str, limit: RewardLimit, member: str, day: date) -> str:
    whose = "" if limit.of is CapOf.EVERYONE else f"/{member}"
    return f"reward:{code}/{limit.per.value}{whose}|{period_of(limit.per, day)}"
