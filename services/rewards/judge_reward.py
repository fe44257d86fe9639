"""Whether one member may have a reward now."""

from dataclasses import replace

from domain.members.member import Member
from domain.program.program import Program
from domain.program.rewards import Reward
from domain.refusals import Code, Refused
from domain.rewards.redemption import Availability, availability
from domain.tiers.standing import tier_at
from services.ledger.read_states import AccountView
from services.members.active_member import inactive


def judge_reward(program: Program, reward: Reward, member: Member, view: AccountView) -> Availability:
    """The price for this member and every reason why not: what `redeem_reward` would say of one, first of all."""
    tier = tier_at(program, view.state, view.at)
    found = availability(program, reward, view.state, tier, view.at)
    first = (inactive(member, "rewardId"), _unlisted(program, reward))
    return replace(found, refusals=(*filter(None, first), *found.refusals))


def _unlisted(program: Program, reward: Reward) -> Refused | None:
    if any(listed.code == reward.code for listed in program.rewards):
        return None
    return Refused(Code.NOT_AVAILABLE_NOW, f"{reward.title} is not in the catalog any more.", ("rewardId",))
