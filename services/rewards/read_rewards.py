"""Rewards as they stand: what they are by the programme, and what is left of them by the store."""

from collections.abc import Sequence

from domain.program.rewards import Reward
from mongo.rewards import as_left
from services.context import Context


async def read_rewards(context: Context, codes: Sequence[str]) -> dict[str, Reward]:
    """Rewards by code with what is left, in one query; those that the programme has no more as they were last."""
    program = await context.programs.current()
    found = {code: program.reward(code) for code in codes}
    listed = {code: reward for code, reward in found.items() if reward is not None}
    counted = [code for code, reward in listed.items() if is_counted(reward)]
    left = await context.rewards.left(counted) if counted else {}
    gone = [code for code in found if code not in listed]
    others = await context.rewards.get_many(gone) if gone else {}
    return {code: as_left(reward, left.get(code)) for code, reward in listed.items()} | others


def is_counted(reward: Reward) -> bool:
    """Whether there is an end of it, or of any of its variants."""
    return reward.stock is not None or any(variant.stock is not None for variant in reward.variants)
