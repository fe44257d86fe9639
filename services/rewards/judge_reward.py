"""Whether one member may have a reward now."""

from collections.abc import Mapping

from domain.earning.facts.people import person_of
from domain.members.member import Member
from domain.program.program import Program
from domain.program.rewards import Reward
from domain.refusals import Code, Refused
from domain.rewards.availability import Availability, availability, no_codes
from domain.rewards.eyes import Eyes
from domain.rewards.limits import bounds_of
from services.context import Context
from services.ledger.read_states import AccountView
from services.members.active_member import inactive
from services.rewards.failures import say_failures


def eyes_of(program: Program, member: Member, view: AccountView) -> Eyes:
    """The member's eyes, made once for all the rewards that they look at."""
    return Eyes(program, member.id, view.state, person_of(member, program.zone), view.at)


def limits_asked(eyes: Eyes, reward: Reward) -> list[str]:
    """The ids of what counts the limits of the reward for them: what `judge_reward` is to be told of."""
    return [bound.id for bound in bounds_of(eyes.program, reward, eyes.member, eyes.at)]


def judge_reward(
    context: Context, reward: Reward, member: Member, eyes: Eyes, used: Mapping[str, int], *, spent: bool = False
) -> Availability:
    """The price for this member and every reason why not: what `redeem_reward` would say of one, first of all.

    The reward has what is left as its stock; `used`: what was used of its limits, by id; `spent`: whether its pool
    has no codes to give.
    """
    found = availability(reward, eyes, used=used)
    say_failures(context, eyes)
    return found.refused_first((inactive(member, "rewardId"), _unlisted(eyes.program, reward))).refused_last(
        no_codes(reward) if spent else None
    )


def _unlisted(program: Program, reward: Reward) -> Refused | None:
    if program.reward(reward.code) is not None:
        return None
    return Refused(Code.NOT_AVAILABLE_NOW, f"{reward.title} is not in the catalog any more.", ("rewardId",))
