"""What a member is told of their goal, that it is within reach and that it runs out, and of what is on their wish
list, that it runs out; each once."""

from datetime import datetime
from typing import Any

from domain.inbox.message import Message, NotificationKind, RewardName, Subject, Value
from domain.program.program import Program
from domain.program.rewards import Reward
from domain.rewards.goal import Goal
from domain.time import to_ms


def plan_within_reach(
    goal: Goal, reward: Reward, program: Program, *, cost: int, available: int, now: datetime
) -> Message | None:
    """The message when the points for it are there for the first time; None before, and ever after."""
    if goal.reached_at is not None or available < cost:
        return None
    currency = program.currency(reward.currency)
    data = {"reason": "WITHIN_REACH", "news": "WITHIN_REACH", "cost": cost, "balance": available}
    values: dict[str, Value] = {"points": cost, "currency": currency.name if currency else "points"}
    return _message(goal, "reach", "goal_within_reach", values, data=data, now=now)


def plan_running_out(goal: Goal, *, left: int, now: datetime) -> Message:
    """The message when few are left."""
    data = {"reason": "RUNNING_OUT", "news": "RUNNING_OUT", "left": left}
    return _message(goal, "low", "goal_running_out", {"left": left}, data=data, now=now)


def plan_favourite(member: str, reward: str, marked_at: datetime, *, left: int, now: datetime) -> Message:
    """The message when few are left of what the member has marked; once a reward for as long as it is marked."""
    return Message(
        member=member,
        key=f"favourite:{reward}:{to_ms(marked_at)}:low",
        kind=NotificationKind.REWARD_WITHIN_REACH,
        template="favourite_running_out",
        values={"reward": RewardName(reward), "left": left},
        created_at=now,
        data={"reason": "RUNNING_OUT", "news": "RUNNING_OUT", "left": left, "reward": reward},
        subject=Subject("Reward", reward),
    )


def _message(
    goal: Goal, word: str, template: str, values: dict[str, Value], *, data: dict[str, Any], now: datetime
) -> Message:
    return Message(
        member=goal.member,
        key=f"goal:{goal.id}:{word}",
        kind=NotificationKind.REWARD_WITHIN_REACH,
        template=template,
        values={"reward": RewardName(goal.reward), **values},
        created_at=now,
        data=data | {"reward": goal.reward},
        subject=Subject("Reward", goal.reward),
    )
