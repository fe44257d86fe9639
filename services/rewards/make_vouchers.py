"""The vouchers of a redemption: codes of our own, or codes of a partner's."""

import secrets
from datetime import datetime, timedelta

from domain.program.rewards import Reward, RewardKind, VoucherTerms
from domain.refusals import Refused
from domain.rewards.availability import no_codes
from domain.rewards.codes import code_bytes, make_code
from domain.rewards.redemption import Voucher
from mongo.transactions import Session
from services.context import Context

_PLAIN = VoucherTerms()


def voucher_turns(reward: Reward) -> list[str]:
    """What `make_vouchers` writes for many members: for the poster's `shared`, that callers take turns at it."""
    terms = reward.voucher
    return [f"pool:{terms.pool}"] if terms and terms.pool else []


async def make_vouchers(
    context: Context, session: Session, reward: Reward, quantity: int, *, redemption: str, now: datetime
) -> tuple[Voucher, ...] | Refused:
    """One voucher for each piece, of a gift card with its value; none for a reward that gives none.

    To be written in the transaction of `session`: codes of a pool are taken in it, and a generated code that
    somebody has, which never happens by chance twice, begins it again. Refuses OUT_OF_STOCK when the pool has too
    few. `redemption` is the id of the one they are for.
    """
    if not reward.gives_vouchers:
        return ()
    terms = reward.voucher or _PLAIN
    ends = None if reward.voucher_days is None else now + timedelta(days=reward.voucher_days)
    value = reward.value if reward.kind is RewardKind.GIFT_CARD else None
    if terms.pool is None:
        return tuple(Voucher(code, ends, value=value) for code in _new_codes(terms.pattern, quantity))
    taken = await context.pools.take(session, terms.pool, quantity, redemption=redemption, now=now)
    if taken is None:
        return no_codes(reward, quantity)
    return tuple(Voucher(one.code, _sooner(one.expires_at, ends), value=value) for one in taken)


def _new_codes(pattern: str, count: int) -> list[str]:
    # The index that keeps codes apart does not see two of one redemption.
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes[make_code(pattern, secrets.token_bytes(code_bytes(pattern)))] = None
    return list(codes)


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)
