"""A member redeems: points, stock and voucher move together or not at all."""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.earning.posting.expiry import idle_after
from domain.ledger.canonical import input_hash
from domain.ledger.decide import redeem
from domain.ledger.entry import Draft, Head
from domain.ledger.kinds import EntryKind
from domain.members.member import Member
from domain.program.program import Program
from domain.program.rewards import Reward
from domain.refusals import Code, Refused, invalid
from domain.rewards.redemption import availability, reference_of
from domain.tiers.standing import tier_at
from services.context import Context
from services.keys import client_key
from services.ledger.poster import Posting
from services.members.active_member import active_member
from services.rewards.issue_reward import Issue, Redeemed, issue_reward, new_id, no_such_reward

__all__ = ["RedeemReward", "Redeemed", "redeem_reward"]
MAX_QUANTITY = 100


@dataclass(frozen=True, slots=True)
class RedeemReward:
    """Have `quantity` of a reward. `expected_points` is the total that the member saw."""

    member: str
    reward: str
    key: str
    quantity: int = 1
    expected_points: int | None = None


async def redeem_reward(context: Context, actor: Actor, command: RedeemReward) -> Redeemed | Refused:
    """Takes the points and the stock and issues the reward, in one transaction.

    Refuses bad input, NOT_FOUND, MEMBER_NOT_ACTIVE, PRICE_CHANGED when the total is not the one the member
    saw, every reason of `availability`, and IDEMPOTENCY_CONFLICT. What stands under the key is answered first.
    """
    if not 1 <= command.quantity <= MAX_QUANTITY:
        return invalid(f"The quantity is from 1 to {MAX_QUANTITY}.", "quantity")
    key = client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    member = await active_member(context, command.member, path="rewardId")
    program = await context.programs.current()
    reward = await context.rewards.listed(command.reward)
    id = new_id()
    posting = _posting(program, actor, command, reward, member, key=key, id=id)
    return await issue_reward(context, posting, Issue(command.reward, reward, command.quantity, id))


def _posting(
    program: Program,
    actor: Actor,
    command: RedeemReward,
    reward: Reward | None,
    member: Member | Refused,
    *,
    key: str,
    id: str,
) -> Posting:
    input = input_hash("redeem", command.reward, command.quantity, command.expected_points)

    def decide(head: Head, at: datetime) -> Draft | Refused:
        if isinstance(member, Refused):
            return member
        if reward is None:
            return no_such_reward()
        refusal = _refuse(program, reward, command, head, at)
        if refusal:
            return refusal
        currency = program.currency_code(reward.currency)
        account = head.after.account(currency)
        points = reward.cost * command.quantity
        changes = redeem(account, points, idle=idle_after(program, account, at))
        if isinstance(changes, Refused):
            return changes
        return Draft(
            key=key,
            input=input,
            currency=currency,
            kind=EntryKind.REDEEM,
            changes=changes,
            actor=actor,
            occurred_at=at,
            effective_at=at,
            reference=reference_of(id),
            reason=reward.code,
        )

    return Posting(command.member, key, input, decide)


def _refuse(program: Program, reward: Reward, command: RedeemReward, head: Head, at: datetime) -> Refused | None:
    required = reward.cost * command.quantity
    if command.expected_points not in (None, required):
        message = f"The price is {required} points now: show it to the member and ask again."
        return Refused(Code.PRICE_CHANGED, message, ("expectedPoints",))
    tier = tier_at(program, head.after, at)
    found = availability(program, reward, head.after, tier, at, quantity=command.quantity)
    return found.refusals[0] if found.refusals else None
