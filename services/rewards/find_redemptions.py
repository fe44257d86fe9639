"""Redemptions of everyone, for whoever hands things out."""

from dataclasses import dataclass
from datetime import datetime

from domain.rewards.redemption import Redemption, RedemptionStatus
from services.context import Context


@dataclass(frozen=True, slots=True)
class FindRedemptions:
    """Those of a status, of a reward, of all rewards that a partner hands out by the programme in force."""

    status: RedemptionStatus | None = None
    reward: str | None = None
    partner: str | None = None


async def find_redemptions(
    context: Context, wanted: FindRedemptions, *, first: int, after: tuple[datetime, str] | None = None
) -> tuple[list[Redemption], bool]:
    """At most `first` behind `after` = (created, id), newest first, and whether more follow."""
    rewards = None if wanted.reward is None else [wanted.reward]
    if wanted.partner is not None:
        program = await context.programs.current()
        handed_out = {reward.code for reward in program.rewards if reward.partner == wanted.partner}
        rewards = sorted(handed_out if rewards is None else handed_out.intersection(rewards))
    found = await context.redemptions.of_everyone(
        first=first + 1, now=context.clock(), after=after, status=wanted.status, rewards=rewards
    )
    return found[:first], len(found) > first
