"""A member redeems: points, stock, limits and vouchers move together or not at all."""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor
from domain.earning.facts.people import person_of
from domain.ledger.canonical import input_hash
from domain.members.hints import Hints
from domain.members.member import Member
from domain.program.program import Program
from domain.program.rewards import Reward
from domain.refusals import LimitReached, Refused, invalid
from domain.rewards.address import refuse_address
from domain.rewards.limits import bounds_of
from domain.rewards.redemption import Address, Delivery
from mongo.rewards import as_left
from services.context import Context
from services.keys import client_key, key_conflict
from services.ledger.poster import Posting
from services.members.active_member import active_member
from services.rewards.decide_redemption import Redeeming
from services.rewards.issue_reward import Issue, Redeemed, issue_reward, new_id
from services.rewards.read_rewards import is_counted

__all__ = ["RedeemReward", "Redeemed", "redeem_reward"]
MAX_QUANTITY = 100
MAX_DEVICE = 200


@dataclass(frozen=True, slots=True)
class RedeemReward:
    """Have `quantity` of a reward, of one variant if it has any. `expected_points`: the total that the member saw.

    `address`: where goods go. `device`: the one that it comes from, as the app names it.
    """

    member: str
    reward: str
    key: str
    quantity: int = 1
    expected_points: int | None = None
    variant: str | None = None
    address: Address | None = None
    device: str | None = None


async def redeem_reward(context: Context, actor: Actor, command: RedeemReward) -> Redeemed | Refused:
    """Takes the points, the stock and what limits allow, and issues the reward, in one transaction.

    Where a guard of the programme holds, the points are set aside instead and the redemption waits for staff.
    Refuses bad input, NOT_FOUND, MEMBER_NOT_ACTIVE, PRICE_CHANGED when the total is not the one the member saw,
    every reason of `availability`, and IDEMPOTENCY_CONFLICT. What stands under the key is answered first.
    """
    key = _refuse_input(command) or client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    member = await active_member(context, command.member, path="rewardId")
    program = await context.programs.current()
    issue = await _issue(context, program, command)
    redeeming = _redeeming(context, program, actor, command, key, issue=issue, member=member)
    begun = await _begin_limits(context, redeeming, context.clock())
    outcome = await issue_reward(context, _posting(redeeming), issue)
    others = {bound.id for bound in issue.bounds} - begun
    if isinstance(outcome, LimitReached) and others:
        # Another day has begun since, or had by the clock of whoever wrote the member's last entry.
        await context.rooms.begin(others)
        outcome = await issue_reward(context, _posting(redeeming), issue)
    return _same_address(command, outcome)


async def _issue(context: Context, program: Program, command: RedeemReward) -> Issue:
    return Issue(
        code=command.reward,
        reward=await _as_it_stands(context, program, command.reward),
        quantity=command.quantity,
        id=new_id(),
        variant=command.variant,
        delivery=Delivery(command.address) if command.address else None,
        device=await _device(context, command.device),
    )


async def _as_it_stands(context: Context, program: Program, code: str) -> Reward | None:
    """The reward with what is left of it. The catalog may be a moment ahead of the programme in hand."""
    reward = program.reward(code)
    if reward is None:
        return await context.rewards.listed(code)
    return as_left(reward, await context.gathered.left(code)) if is_counted(reward) else reward


async def _device(context: Context, device: str | None) -> str | None:
    """What stands for a device: nothing else of it is kept."""
    if device is None:
        return None
    (prints,) = await context.fingerprints.of([Hints(devices=frozenset({device.strip()}))])
    return next(iter(prints.devices))


async def _begin_limits(context: Context, redeeming: Redeeming, now: datetime) -> set[str]:
    """Makes the rows that the transaction will use at `now`, and names them."""
    reward = redeeming.issue.reward
    bounds = bounds_of(redeeming.program, reward, redeeming.member, now) if reward else ()
    ids = {bound.id for bound in bounds}
    if ids:
        await context.rooms.begin(ids)
    return ids


def _posting(redeeming: Redeeming) -> Posting:
    member, key, input = redeeming.member, redeeming.key, redeeming.input
    if redeeming.program.guards:
        return Posting(member, key, input, prepare=redeeming.prepare)
    return Posting(member, key, input, redeeming.decide)


def _redeeming(
    context: Context,
    program: Program,
    actor: Actor,
    command: RedeemReward,
    key: str,
    *,
    issue: Issue,
    member: Member | Refused,
) -> Redeeming:
    return Redeeming(
        context=context,
        program=program,
        actor=actor,
        issue=issue,
        expected_points=command.expected_points,
        refusal=member if isinstance(member, Refused) else None,
        person=None if isinstance(member, Refused) else person_of(member, program.zone),
        member=command.member,
        key=key,
        input=_input(command),
    )


def _input(command: RedeemReward) -> str:
    """The hash of what was asked, less what is personal: entries are for ever."""
    asked = [command.reward, command.quantity, command.expected_points]
    return input_hash("redeem", *asked, *([command.variant] if command.variant is not None else []))


def _same_address(command: RedeemReward, outcome: Redeemed | Refused) -> Redeemed | Refused:
    """What no hash in the ledger says: that a retry names the address that stands."""
    if isinstance(outcome, Refused) or not outcome.replayed:
        return outcome
    delivery = outcome.redemption.delivery
    stands = delivery.address if delivery else None
    return key_conflict() if stands is not None and stands != command.address else outcome


def _refuse_input(command: RedeemReward) -> Refused | None:
    if not 1 <= command.quantity <= MAX_QUANTITY:
        return invalid(f"The quantity is from 1 to {MAX_QUANTITY}.", "quantity")
    device = command.device
    if device is not None and not (device.strip() and len(device) <= MAX_DEVICE):
        return invalid(f"A device is named by 1 to {MAX_DEVICE} characters.", "deviceId")
    return refuse_address(command.address)
