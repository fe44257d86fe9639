"""Issuing a reward: its entry, the stock, the limits and the vouchers, together or not at all."""

import secrets
from dataclasses import dataclass, field
from decimal import Decimal

from domain.ledger.entry import Entry
from domain.program.earning import CapOf
from domain.program.rewards import Reward
from domain.refusals import Code, Refused, not_found
from domain.rewards.guards import Review
from domain.rewards.limits import Bound, limit_reached, uses_of
from domain.rewards.redemption import Delivery, Redemption, RedemptionStatus
from mongo.transactions import Session
from services.context import Context
from services.ledger.poster import Posted, Posting
from services.rewards.complete_redemption import complete_redemption
from services.rewards.make_vouchers import voucher_turns
from services.rewards.request_review import IN_REVIEW, request_review
from services.rewards.tell import tell


@dataclass(slots=True)
class Issue:
    """What is issued: `quantity` of the reward `code`, as the redemption `id`. `reward` None: nobody has it.

    `device`: what stands for the one that it comes from. The decision upon the entry fills the rest in, anew each
    time it is asked: `copay` for all pieces, the `bounds` that count it, and the `review` that it waits for.
    """

    code: str
    reward: Reward | None
    quantity: int
    id: str
    variant: str | None = None
    delivery: Delivery | None = None
    device: str | None = None
    copay: Decimal | None = None
    bounds: tuple[Bound, ...] = ()
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The redemption, and the entry that took the points."""

    redemption: Redemption
    entry: Entry
    replayed: bool = field(default=False, compare=False)


def new_id() -> str:
    """The id of a redemption that is about to be."""
    return secrets.token_hex(10)


def no_such_reward() -> Refused:
    """The refusal of a reward that is not there, or not for members."""
    return not_found("There is no such reward.", "rewardId")


async def issue_reward(context: Context, posting: Posting, issue: Issue) -> Redeemed | Refused:
    """Posts, and writes the redemption with all that it takes, in one transaction; what stands under the key is
    answered.

    Refuses what `posting` decides, NOT_FOUND, and OUT_OF_STOCK or LIMIT_REACHED when others were faster.
    """
    written: list[Redemption] = []

    async def write(session: Session, entry: Entry) -> Refused | None:
        written.clear()
        redemption = await _write(context, session, entry, issue)
        if isinstance(redemption, Refused):
            return redemption
        written.append(redemption)
        return None

    outcome = await context.poster.post_with(posting, write, shared=_shared(issue))
    if not isinstance(outcome, Posted):
        return outcome or no_such_reward()
    if not outcome.replayed:
        return Redeemed(await tell(context, written[0]), outcome.entry)
    stored = await context.redemptions.by_key(posting.member, posting.key)
    if stored is None:  # the key stands for something else that had the same input, which cannot be
        raise RuntimeError("an entry of a redemption stands without it")
    return Redeemed(stored, outcome.entry, replayed=True)


def _shared(issue: Issue) -> list[str]:
    """What others write, too: whoever of this process is next waits here, where it costs least."""
    reward = issue.reward
    if reward is None:
        return []
    counted = any(limit.of is CapOf.EVERYONE for limit in reward.limits)
    stocked = counted or _stock(reward, issue.variant) is not None
    return [*([f"stock:{issue.code}"] if stocked else []), *voucher_turns(reward)]


def _stock(reward: Reward, variant: str | None) -> int | None:
    chosen = reward.variant(variant)
    return chosen.stock if chosen else reward.stock


async def _write(context: Context, session: Session, entry: Entry, issue: Issue) -> Redemption | Refused:
    reward = issue.reward
    if reward is None:
        return no_such_reward()
    refusal = await _take_stock(context, session, reward, issue) or await _use_limits(context, session, issue)
    if refusal:
        return refusal
    redemption = _redemption(entry, reward, issue)
    if issue.review is not None:
        await request_review(
            context, session, entry, redemption=redemption, review=issue.review, device=issue.device
        )
        await context.redemptions.insert(session, redemption)
        return redemption
    completed = await complete_redemption(context, session, reward, redemption, issue.device)
    if not isinstance(completed, Refused):
        await context.redemptions.insert(session, completed)
    return completed


async def _take_stock(context: Context, session: Session, reward: Reward, issue: Issue) -> Refused | None:
    if _stock(reward, issue.variant) is None:
        return None
    if await context.rewards.take_stock(session, reward.code, issue.quantity, variant=issue.variant):
        return None
    message = f"{issue.quantity} of {reward.title} cannot be had any more: others were faster."
    return Refused(Code.OUT_OF_STOCK, message, ("rewardId",))


async def _use_limits(context: Context, session: Session, issue: Issue) -> Refused | None:
    for bound in issue.bounds:
        if not await context.rooms.use(session, bound.id, issue.quantity, bound.limit.most):
            # What others use meanwhile may come back again: it was too little for this one all the same.
            left = min(bound.left(await context.rooms.used([bound.id])), issue.quantity - 1)
            return limit_reached(issue.reward.title if issue.reward else issue.code, bound, left)
    return None


def _redemption(entry: Entry, reward: Reward, issue: Issue) -> Redemption:
    now, review = entry.recorded_at, issue.review
    return Redemption(
        id=issue.id,
        member=entry.member,
        reward=reward.code,
        quantity=issue.quantity,
        points=-entry.points,
        status=RedemptionStatus.IN_REVIEW if review else RedemptionStatus.ISSUED,
        sequence=entry.seq,
        key=entry.key,
        created_at=now,
        updated_at=now,
        variant=issue.variant,
        endless=_stock(reward, issue.variant) is None,
        copay=issue.copay,
        guards=review.codes if review else (),
        review_until=review.until if review else None,
        limits=uses_of(issue.bounds, issue.quantity),
        delivery=issue.delivery,
        untold=(IN_REVIEW,) if review else (),
    )
