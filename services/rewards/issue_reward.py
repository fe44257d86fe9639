"""Issuing a reward: its entry, the stock and the voucher, together or not at all."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.ledger.entry import Entry
from domain.members.ids import base32
from domain.program.rewards import Reward
from domain.refusals import Code, Refused, not_found
from domain.rewards.redemption import Redemption, RedemptionStatus, Voucher
from mongo.transactions import Session
from services.context import Context
from services.ledger.poster import Posted, Posting


@dataclass(frozen=True, slots=True)
class Issue:
    """What is issued: `quantity` of the reward `code`, as the redemption `id`. `reward` None: nobody has it."""

    code: str
    reward: Reward | None
    quantity: int
    id: str


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The redemption, and the entry that took the points."""

    redemption: Redemption
    entry: Entry


def new_id() -> str:
    """The id of a redemption that is about to be."""
    return secrets.token_hex(10)


def no_such_reward() -> Refused:
    """The refusal of a reward that is not there, or not for members."""
    return not_found("There is no such reward.", "rewardId")


async def issue_reward(context: Context, posting: Posting, issue: Issue) -> Redeemed | Refused:
    """Posts, takes the stock and writes the redemption in one transaction; what stands under the key is answered.

    Refuses what `posting` decides, NOT_FOUND, and OUT_OF_STOCK when others were faster.
    """
    shared = [f"stock:{issue.code}"] if issue.reward and issue.reward.stock is not None else []

    async def write(session: Session, entry: Entry) -> Refused | None:
        return await _write(context, session, entry, issue)

    outcome = await context.poster.post_with(posting, write, shared=shared)
    if not isinstance(outcome, Posted):
        return outcome or no_such_reward()
    stored = await context.redemptions.by_key(posting.member, posting.key)
    if stored is None:  # the key stands for something else that had the same input, which cannot be
        raise RuntimeError("an entry of a redemption stands without it")
    return Redeemed(stored, outcome.entry)


async def _write(context: Context, session: Session, entry: Entry, issue: Issue) -> Refused | None:
    reward = issue.reward
    if reward is None:
        return no_such_reward()
    if reward.stock is not None and not await context.rewards.take_stock(session, reward.code, issue.quantity):
        message = f"{issue.quantity} of {reward.title} cannot be had any more: others were faster."
        return Refused(Code.OUT_OF_STOCK, message, ("rewardId",))
    now = entry.recorded_at
    redemption = Redemption(
        id=issue.id,
        member=entry.member,
        reward=reward.code,
        quantity=issue.quantity,
        points=-entry.points,
        status=RedemptionStatus.ISSUED,
        vouchers=_vouchers(reward, now),
        sequence=entry.seq,
        key=entry.key,
        created_at=now,
        updated_at=now,
    )
    await context.redemptions.insert(session, redemption)
    return None


def _vouchers(reward: Reward, now: datetime) -> tuple[Voucher, ...]:
    """Twelve characters without look-alikes in groups of four: 60 bits that nobody guesses."""
    if reward.voucher_days is None:
        return ()
    letters = base32(secrets.token_bytes(8), length=12)
    code = "-".join(letters[start : start + 4] for start in (0, 4, 8))
    return (Voucher(code, now + timedelta(days=reward.voucher_days)),)
