"""Members mark rewards, and look through what they have marked."""

from dataclasses import dataclass
from datetime import datetime

from domain.program.rewards import Reward
from domain.refusals import Code, LimitReached, Refused
from services.context import Context
from services.members.active_member import active_member
from services.rewards.issue_reward import no_such_reward
from services.rewards.read_rewards import read_rewards

MOST = 500


@dataclass(frozen=True, slots=True)
class FavouritePage:
    """Rewards as they stand, with when each was marked, and whether more follow."""

    rewards: tuple[tuple[Reward, datetime], ...]
    has_next: bool


async def add_favourite(context: Context, member: str, code: str) -> Reward | Refused:
    """Marks a reward, once however often; refuses NOT_FOUND, MEMBER_NOT_ACTIVE, and more than 500 marks."""
    found = await active_member(context, member, path="rewardId")
    if isinstance(found, Refused):
        return found
    reward = (await read_rewards(context, [code])).get(code)
    if reward is None or (await context.programs.current()).reward(code) is None:
        return no_such_reward()
    if not await context.favourites.has(member, code) and await context.favourites.count(member) >= MOST:
        message = f"At most {MOST} rewards can be marked: unmark another first."
        return LimitReached(Code.LIMIT_REACHED, message, ("rewardId",), limit=MOST)
    await context.favourites.add(member, code, context.clock())
    return reward


async def remove_favourite(context: Context, member: str, code: str) -> Reward | Refused:
    """Unmarks a reward, marked or not; refuses NOT_FOUND for what never was one, and nobody else."""
    reward = (await read_rewards(context, [code])).get(code)
    if reward is None:
        return no_such_reward()
    await context.favourites.remove(member, code)
    return reward


async def list_favourites(
    context: Context, member: str, *, first: int, after: tuple[datetime, str] | None = None
) -> FavouritePage:
    """What a member has marked, newest first; what is listed no more is there still."""
    found = await context.favourites.page(member, first=first + 1, after=after)
    live = await read_rewards(context, [code for code, _ in found[:first]])
    shown = tuple((live[code], at) for code, at in found[:first] if code in live)
    return FavouritePage(shown, len(found) > first)
