"""Decisions of the ledger: a settled account and a command in; the changes, or a refusal, out.

Here are awards, redemptions and adjustments; `holds`, `transfers`, `reversals` and `dates` have the others.
"""

from datetime import datetime

from domain.ledger.incoming import beyond_bounds, beyond_waiting, credit
from domain.ledger.lots import Lot, Pending, take
from domain.ledger.state import KEPT, Account, Changes, Count, Idle, TierMark
from domain.refusals import Refused, insufficient_points, invalid

Qualifying = tuple[tuple[str, int], ...]


def earn(
    account: Account,
    points: int,
    *,
    expires_at: datetime | None,
    qualifying: Qualifying = (),
    tier: TierMark | None = None,
    idle: Idle | None = None,
    counts: tuple[Count, ...] = (),
    kept: int = KEPT,
) -> Changes | Refused:
    """An award, as one lot of `expires_at`; what is owed is paid first. Zero is fine: it may only qualify.

    Refuses LIMIT_REACHED past the bounds of an account: 120 expiry dates, 2^53 - 1 points ever gained.
    """
    lot = Lot(expires_at, points)
    refusal = beyond_bounds(account, gained=points, lots=[lot])
    if refusal:
        return refusal
    lots, debt = credit(account, lot)
    return Changes(
        lots,
        debt=debt,
        earned=points,
        qualifying=qualifying,
        tier=tier,
        idle=idle,
        counts=counts,
        kept=kept,
    )


def earn_later(
    account: Account,
    part: Pending,
    *,
    qualifying: Qualifying = (),
    tier: TierMark | None = None,
    idle: Idle | None = None,
    counts: tuple[Count, ...] = (),
    kept: int = KEPT,
) -> Changes | Refused:
    """An award that waits. Refuses LIMIT_REACHED as `earn` does, and past 64 dates of points that wait."""
    refusal = beyond_bounds(account, gained=part.points, lots=[part]) or beyond_waiting(account, part)
    if refusal:
        return refusal
    pending = (part,) if part.points else ()
    return Changes(
        pending=pending,
        earned=part.points,
        qualifying=qualifying,
        tier=tier,
        idle=idle,
        counts=counts,
        kept=kept,
    )


def release(account: Account, *parts: Pending, idle: Idle | None = None) -> Changes:
    """Points that wait become available before their date. `parts` are what of them; the account has them.

    `idle` is for those without a date of their own, as `adjust` has it.
    """
    lots, debt = credit(account, *(Lot(part.expires_at, part.points) for part in parts))
    wanted = idle if any(part.expires_at is None for part in parts) else None
    waited = tuple(part._replace(points=-part.points) for part in parts)
    return Changes(lots, debt=debt, pending=waited, idle=wanted)


def redeem(account: Account, points: int, *, idle: Idle | None = None) -> Changes | Refused:
    """Points spent, soonest expiry first. Zero is fine: some rewards are free.

    Refuses INVALID_INPUT below zero, INSUFFICIENT_POINTS above what is available.
    """
    if points < 0:
        return invalid("Points cannot be negative.", "points")
    if points > max(account.available, 0):
        return insufficient_points(points, account.available)
    return Changes(take(account.lots, points, idle_at=account.idle_at), redeemed=points, idle=idle)


def adjust(
    account: Account, points: int, *, expires_at: datetime | None, idle: Idle | None = None
) -> Changes | Refused:
    """A correction by staff: positive gives points a lot of `expires_at`, negative takes the soonest.

    Refuses INVALID_INPUT for zero, INSUFFICIENT_POINTS below what is available, LIMIT_REACHED as `earn` does.
    `idle` is when points that come in without a date of their own expire, where nothing else says it.
    """
    if points == 0:
        return invalid("An adjustment must add or take points; it cannot be 0.", "points")
    if points < 0 and -points > account.available:
        return insufficient_points(-points, account.available)
    if points < 0:
        return Changes(take(account.lots, -points, idle_at=account.idle_at), adjusted=points)
    lot = Lot(expires_at, points)
    refusal = beyond_bounds(account, gained=points, lots=[lot])
    if refusal:
        return refusal
    lots, debt = credit(account, lot)
    return Changes(lots, debt=debt, adjusted=points, idle=idle if expires_at is None else None)
