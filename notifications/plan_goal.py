"""What a member is told of their goal: that it is within reach, and that it runs out; each once a goal."""

from datetime import datetime
from typing import Any

from domain.inbox.message import Message, NotificationKind, Subject
from domain.program.program import Program
from domain.program.rewards import Reward
from domain.rewards.goal import Goal
from notifications.templates import GOAL_RUNNING_OUT, GOAL_WITHIN_REACH, Template, number


def plan_within_reach(
    goal: Goal, reward: Reward, program: Program, *, cost: int, available: int, now: datetime
) -> Message | None:
    """The message when the points for it are there for the first time; None before, and ever after."""
    if goal.reached_at is not None or available < cost:
        return None
    currency = program.currency(reward.currency)
    data = {"reason": "WITHIN_REACH", "cost": cost, "balance": available}
    fields = {"reward": reward.title, "points": number(cost), "currency": currency.name if currency else "points"}
    return _message(goal, "reach", GOAL_WITHIN_REACH, fields, data=data, now=now)


def plan_running_out(goal: Goal, reward: Reward, *, left: int, now: datetime) -> Message:
    """The message when few are left."""
    data = {"reason": "RUNNING_OUT", "left": left}
    return _message(
        goal, "low", GOAL_RUNNING_OUT, {"reward": reward.title, "left": number(left)}, data=data, now=now
    )


def _message(
    goal: Goal, word: str, template: Template, fields: dict[str, str], *, data: dict[str, Any], now: datetime
) -> Message:
    title, body = template.fill(**fields)
    return Message(
        member=goal.member,
        key=f"goal:{goal.id}:{word}",
        kind=NotificationKind.REWARD_WITHIN_REACH,
        title=title,
        body=body,
        created_at=now,
        data=data | {"reward": goal.reward},
        subject=Subject("Reward", goal.reward),
    )
