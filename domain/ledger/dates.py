"""Staff move the date of points, and give back points that have expired."""

from dataclasses import replace
from datetime import datetime

from domain.ledger.incoming import beyond_bounds, credit
from domain.ledger.lots import Lot
from domain.ledger.state import Account, Changes, Idle
from domain.refusals import Refused, invalid


def extend(account: Account, expires_at: datetime, *, until: datetime) -> Changes | Refused:
    """The lot of one date expires later instead. Refuses INVALID_INPUT for no such lot, for points that expire by
    inactivity, and for no later date; LIMIT_REACHED past the bounds of an account."""
    lot = next((lot for lot in account.lots if lot.expires_at == expires_at), None)
    if lot is None:
        return invalid(_no_such_lot(account, expires_at), "expiresAt")
    if until <= expires_at:
        return invalid("The new date must be later than the present one.", "until")
    moved = Lot(until, lot.points)
    rest = replace(account, lots=tuple(other for other in account.lots if other is not lot))
    return beyond_bounds(rest, lots=[moved]) or Changes((Lot(expires_at, -lot.points), moved))


def reinstate(
    account: Account, points: int, *, expires_at: datetime | None, idle: Idle | None = None
) -> Changes | Refused:
    """Points that have expired come back as a lot of `expires_at`; what is owed is paid first.

    Refuses INVALID_INPUT above what has expired and not come back, LIMIT_REACHED past the bounds of an account.
    """
    expired = account.expired - account.reinstated
    if not 1 <= points <= expired:
        return invalid(f"Only points that have expired can come back: {expired} of them are left.", "points")
    lot = Lot(expires_at, points)
    refusal = beyond_bounds(account, gained=points, lots=[lot])
    wanted = idle if expires_at is None else None
    if refusal:
        return refusal
    lots, debt = credit(account, lot)
    return Changes(lots, debt=debt, reinstated=points, idle=wanted)


def _no_such_lot(account: Account, expires_at: datetime) -> str:
    if expires_at == account.idle_at:
        return (
            "These points expire by inactivity: they have no date of their own, and what the member does moves it."
        )
    return "No points of the account expire then."
