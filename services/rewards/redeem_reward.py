"""A member redeems: points, stock and voucher move together or not at all."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.earning.expiry import idle_after
from domain.ledger.canonical import input_hash
from domain.ledger.decide import redeem
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.members.ids import base32
from domain.members.member import Member
from domain.program.program import Program, Reward
from domain.refusals import Code, Refused, invalid, not_found
from domain.rewards.redemption import Redemption, RedemptionStatus, Voucher, availability, reference_of
from domain.tiers.standing import tier_at
from mongo.transactions import Session
from services.context import Context
from services.keys import client_key
from services.ledger.poster import Posted, Posting
from services.members.active_member import active_member

MAX_QUANTITY = 100


@dataclass(frozen=True, slots=True)
class RedeemReward:
    """Have `quantity` of a reward. `expected_points` is the total that the member saw."""

    member: str
    reward: str
    key: str
    quantity: int = 1
    expected_points: int | None = None


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The redemption, and the entry that took the points."""

    redemption: Redemption
    entry: Entry


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
    id = secrets.token_hex(10)
    posting = _posting(program, actor, command, reward, member, key=key, id=id)
    shared = [f"stock:{command.reward}"] if reward and reward.stock is not None else []

    async def issue(session: Session, entry: Entry) -> Refused | None:
        return await _issue(context, session, entry, command=command, reward=reward, id=id)

    outcome = await context.poster.post_with(posting, issue, shared=shared)
    if not isinstance(outcome, Posted):
        return outcome or not_found("There is no such reward.", "rewardId")
    stored = await context.redemptions.by_key(command.member, key)
    if stored is None:  # the key stands for something else that had the same input, which cannot be
        raise RuntimeError("an entry of a redemption stands without it")
    return Redeemed(stored, outcome.entry)


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
            return not_found("There is no such reward.", "rewardId")
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


async def _issue(
    context: Context, session: Session, entry: Entry, *, command: RedeemReward, reward: Reward | None, id: str
) -> Refused | None:
    if reward is None:
        return not_found("There is no such reward.", "rewardId")
    if reward.stock is not None and not await context.rewards.take_stock(session, reward.code, command.quantity):
        message = f"{command.quantity} of {reward.title} cannot be had any more: others were faster."
        return Refused(Code.OUT_OF_STOCK, message, ("rewardId",))
    now = entry.recorded_at
    redemption = Redemption(
        id=id,
        member=entry.member,
        reward=reward.code,
        quantity=command.quantity,
        points=-entry.points,
        status=RedemptionStatus.ISSUED,
        voucher=_voucher(reward, now),
        sequence=entry.seq,
        key=entry.key,
        created_at=now,
        updated_at=now,
    )
    await context.redemptions.insert(session, redemption)
    return None


def _voucher(reward: Reward, now: datetime) -> Voucher | None:
    """Twelve characters without look-alikes in groups of four: 60 bits that nobody guesses."""
    if reward.voucher_days is None:
        return None
    letters = base32(secrets.token_bytes(8), length=12)
    code = "-".join(letters[start : start + 4] for start in (0, 4, 8))
    return Voucher(code, now + timedelta(days=reward.voucher_days))
