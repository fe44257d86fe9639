"""Alerts of goals: within reach, by the entries that brought the points; running out, by the sweep."""

from collections.abc import Sequence
from datetime import datetime

from domain.earning.facts.people import person_of
from domain.inbox.message import Message
from domain.ledger.entry import Entry
from domain.ledger.settle import settle
from domain.program.program import Program
from domain.rewards.eyes import Eyes
from domain.rewards.goal import Goal, running_out
from domain.rewards.prices import quote
from notifications.plan_goal import plan_favourite, plan_running_out, plan_within_reach
from services.context import Context
from services.inbox.deliver import deliver
from services.rewards.read_rewards import read_rewards

_PAGE = 500


async def alert_within_reach(context: Context, program: Program, entries: Sequence[Entry], now: datetime) -> None:
    """Tells members whose newest entry here brings their goal within reach, at the price that is theirs.

    One query for the goals of all of them, and one more for the members of those that are open.
    """
    newest = {entry.member: entry for entry in sorted(entries, key=lambda entry: entry.seq)}
    if not newest:
        return
    goals = await context.goals.of_members(list(newest))
    # What was recorded before the goal was picked was seen when it was.
    open = {
        id: one for id, one in goals.items() if one.reached_at is None and newest[id].recorded_at >= one.set_at
    }
    members = await context.members.get_many(list(open)) if open else {}
    told: list[tuple[Goal, Message]] = []
    for id, member in members.items():
        goal, reward = open[id], program.reward(open[id].reward)
        if reward is None:
            continue
        eyes = Eyes(program, id, settle(newest[id].after, now), person_of(member, program.zone), now)
        available = eyes.available(program.currency_code(reward.currency))
        cost = quote(reward, eyes).cost
        message = plan_within_reach(goal, reward, program, cost=cost, available=available, now=now)
        told += [(goal, message)] if message else []
    await deliver(context, [message for _, message in told])
    # After it stands: whoever dies in between puts it again in vain, under the same key.
    for goal, _ in told:
        await context.goals.reached(goal, now)


async def alert_running_out(context: Context, now: datetime) -> int:
    """Tells members once that few are left of what they save for; how many."""
    program = await context.programs.current()
    few = await _few(context, program, await context.goals.wished())
    sent = 0
    while few and (goals := await context.goals.not_told_low(list(few), limit=_PAGE)):
        messages = [plan_running_out(goal, left=few[goal.reward], now=now) for goal in goals]
        sent += len(await deliver(context, messages))
        await context.goals.told_low(goals, now)
    return sent


async def alert_wish_lists(context: Context, now: datetime) -> int:
    """Tells members once that few are left of what they have marked; how many. A goal is told of as that."""
    program = await context.programs.current()
    few = await _few(context, program, await context.favourites.wished())
    sent = 0
    while few and (marked := await context.favourites.not_told_low(list(few), limit=_PAGE)):
        goals = await context.goals.of_members([member for member, _, _ in marked])
        saved_for = {(member, goal.reward) for member, goal in goals.items()}
        messages = [
            plan_favourite(member, reward, at, left=few[reward], now=now)
            for member, reward, at in marked
            if (member, reward) not in saved_for
        ]
        sent += len(await deliver(context, messages))
        await context.favourites.told_low(marked)
    return sent


async def _few(context: Context, program: Program, codes: Sequence[str]) -> dict[str, int]:
    """How many are left of those rewards that run out, by code."""
    live = await read_rewards(context, codes) if codes else {}
    found = {}
    for code, reward in live.items():
        first = program.reward(code)
        left = running_out(first, reward) if first else None
        if left is not None:
            found[code] = left
    return found
