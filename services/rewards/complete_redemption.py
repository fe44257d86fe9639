"""What whoever redeemed gets when nothing stands in the way any more: at once, or when staff have said yes."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from domain.members.hints import Hints
from domain.members.ids import base32
from domain.program.rewards import Reward, RewardKind
from domain.refusals import Refused
from domain.rewards.redemption import Redemption, Voucher
from mongo.transactions import Session
from services.context import Context


async def complete_redemption(
    context: Context, session: Session, reward: Reward, redemption: Redemption, device: str | None
) -> Redemption | Refused:
    """The redemption with its vouchers as of its `updated_at`, in the caller's transaction, which writes it.

    Refuses OUT_OF_STOCK when a partner's codes are used up. `device`, what stands for the one that it came from,
    is the member's from then on.
    """
    vouchers = _vouchers(reward, redemption.quantity, redemption.updated_at)
    if device is not None:
        await context.fingerprints.keep(session, redemption.member, Hints(devices=frozenset({device})))
    return replace(redemption, vouchers=vouchers)


def _vouchers(reward: Reward, pieces: int, now: datetime) -> tuple[Voucher, ...]:
    """One for each piece: twelve characters without look-alikes in groups of four, 60 bits that nobody guesses."""
    if reward.voucher_days is None:
        return ()
    ends = now + timedelta(days=reward.voucher_days)
    value = reward.value if reward.kind is RewardKind.GIFT_CARD else None
    return tuple(Voucher(_code(), ends, value=value) for _ in range(pieces))


def _code() -> str:
    letters = base32(secrets.token_bytes(8), length=12)
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))
