"""A member picks a reward to save for."""

import secrets

from domain.refusals import Refused
from domain.rewards.goal import Goal
from domain.rewards.prices import quote
from services.context import Context
from services.ledger.read_states import read_states
from services.members.active_member import active_member
from services.rewards.issue_reward import no_such_reward
from services.rewards.judge_reward import eyes_of


async def set_goal(context: Context, member: str, reward: str | None) -> Goal | Refused | None:
    """Makes a reward of the catalog the member's goal; None: they have none. The same again changes nothing.

    A goal that is within reach at once is told of by nobody. Refuses NOT_FOUND and MEMBER_NOT_ACTIVE.
    """
    found = await active_member(context, member, path="rewardId")
    if isinstance(found, Refused):
        return found
    if reward is None:
        await context.goals.remove(member)
        return None
    program = await context.programs.current()
    listed = program.reward(reward)
    if listed is None:
        return no_such_reward()
    await context.goals.put(Goal(secrets.token_hex(8), member, reward, context.clock()))
    goal = (await context.goals.of_members([member])).get(member)
    # After the goal is there: whatever comes later is seen by whoever follows entries.
    view = (await read_states(context, [member]))[member]
    eyes = eyes_of(program, found, view)
    within = quote(listed, eyes).cost <= eyes.available(program.currency_code(listed.currency))
    if goal is not None and within and goal.reached_at is None:
        await context.goals.reached(goal, context.clock())
        return (await context.goals.of_members([member])).get(member)
    return goal
