"""What a member saves for, and how far they are."""

from datetime import datetime

import strawberry

from domain.rewards.goal import progress
from domain.rewards.prices import quote
from resolvers.context import RequestContext
from resolvers.rewards.reward import Reward
from resolvers.scalars import Points


@strawberry.type(
    description="cost: what this member pays for one. progress: from 0 to 1, which is there. reachedAt: when the "
    "points were there first, though they may have been spent since."
)
class Goal:
    """One reward, as it stands for the member now."""

    reward: Reward
    cost: Points
    available: Points
    missing: Points
    progress: float
    reached_at: datetime | None
    since: datetime


async def goal_of(context: RequestContext, member: str) -> Goal | None:
    """The member's goal; None when they have none."""
    goal = await context.loaders.goals.load(member)
    reward = await context.loaders.rewards.load(goal.reward) if goal else None
    eyes = await context.eyes.load(member) if reward else None
    if goal is None or reward is None or eyes is None:
        return None
    cost = quote(reward, eyes).cost
    available = eyes.available(context.program.currency_code(reward.currency))
    return Goal(
        reward=Reward(row=reward, seen_by=member),
        cost=Points(cost),
        available=Points(available),
        missing=Points(max(0, cost - available)),
        progress=progress(available, cost),
        reached_at=goal.reached_at,
        since=goal.set_at,
    )
