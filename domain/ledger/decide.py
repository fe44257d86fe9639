"""Decisions of the ledger: a settled account and a command in; points and changes, or a refusal, out."""

from dataclasses import dataclass
from datetime import datetime

from domain.actors import SYSTEM
from domain.ledger.entry import Draft, EntryKind, Head
from domain.ledger.state import MAX_LOTS, MAX_POINTS, Account, Changes, DueExpiry, Lot, TierMark, take
from domain.refusals import Code, LimitReached, Refused, insufficient_points, invalid


@dataclass(frozen=True, slots=True)
class Movement:
    """What a decision moves: the change of available points, and how the state changes with it."""

    points: int
    changes: Changes


def earn(
    account: Account,
    points: int,
    *,
    expires_at: datetime | None,
    qualifying: tuple[tuple[str, int], ...] = (),
    tier: TierMark | None = None,
) -> Movement | Refused:
    """An award, as one lot of `expires_at`; zero points are fine (an event that only qualifies).

    Refuses LIMIT_REACHED past the bounds of an account: 120 expiry dates, 2^53 - 1 points ever earned.
    """
    refusal = _beyond_bounds(account, points, expires_at)
    if refusal:
        return refusal
    return Movement(points, Changes(_lot(expires_at, points), points, qualifying=qualifying, tier=tier))


def redeem(account: Account, points: int) -> Movement | Refused:
    """Points spent, soonest expiry first. Zero is fine: some rewards are free.

    Refuses INVALID_INPUT below zero, INSUFFICIENT_POINTS above what is available.
    """
    if points < 0:
        return invalid("Points cannot be negative.", "points")
    if points > account.available:
        return insufficient_points(points, account.available)
    return Movement(-points, Changes(take(account.lots, points), redeemed=points))


def adjust(account: Account, points: int, *, expires_at: datetime | None) -> Movement | Refused:
    """A correction by staff: positive gives points a lot of `expires_at`, negative takes the soonest.

    Refuses INVALID_INPUT for zero, INSUFFICIENT_POINTS below what is available, LIMIT_REACHED as `earn` does.
    """
    if points == 0:
        return invalid("An adjustment must add or take points; it cannot be 0.", "points")
    if points < 0 and -points > account.available:
        return insufficient_points(-points, account.available)
    refusal = _beyond_bounds(account, points, expires_at) if points > 0 else None
    if refusal:
        return refusal
    lots = _lot(expires_at, points) if points > 0 else take(account.lots, -points)
    return Movement(points, Changes(lots, adjusted=points))


def expiry(head: Head, due: DueExpiry) -> Draft:
    """The draft that takes one lot past its date: dated when it expired, whenever that is noticed."""
    expires_at = due.lot.expires_at
    if expires_at is None:
        raise ValueError("a lot without a date cannot be due")
    points = due.lot.points
    return Draft(
        key=f"expire:{head.seq + 1}",
        input="",
        currency=due.currency,
        kind=EntryKind.EXPIRE,
        points=-points,
        changes=Changes((Lot(expires_at, -points),), expired=points),
        actor=SYSTEM,
        occurred_at=expires_at,
        effective_at=expires_at,
    )


def _lot(expires_at: datetime | None, points: int) -> tuple[Lot, ...]:
    return (Lot(expires_at, points),) if points else ()


def _beyond_bounds(account: Account, points: int, expires_at: datetime | None) -> Refused | None:
    if account.earned + max(account.adjusted, 0) + points > MAX_POINTS:
        return Refused(Code.LIMIT_REACHED, "An account can gain no more than 2^53 - 1 points.")
    needs_a_lot = points > 0 and all(lot.expires_at != expires_at for lot in account.lots)
    if needs_a_lot and len(account.lots) >= MAX_LOTS:
        message = f"The account holds points of {MAX_LOTS} expiry dates already."
        return LimitReached(Code.LIMIT_REACHED, message, limit=MAX_LOTS)
    return None
