"""Points that come in: debt is paid first, and the bounds of an account hold."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from domain.ledger.lots import Lot, Pending, merge_lots, soonest_first
from domain.ledger.state import MAX_LOTS, MAX_PENDING, MAX_POINTS, Account
from domain.refusals import Code, LimitReached, Refused


class Credit(NamedTuple):
    """The lots that come in, and the change of debt that the rest of them pays."""

    lots: tuple[Lot, ...]
    debt: int


def credit(account: Account, *lots: Lot) -> Credit:
    """How lots come in: what is owed is paid from them, soonest expiry first."""
    owed = account.debt
    if not owed:
        return Credit(merge_lots((), lots), 0)
    kept: list[Lot] = []
    for lot in sorted(lots, key=soonest_first):
        paid = min(owed, lot.points)
        owed -= paid
        if lot.points > paid:
            kept.append(Lot(lot.expires_at, lot.points - paid))
    return Credit(merge_lots((), kept), owed - account.debt)


def beyond_bounds(account: Account, *, gained: int = 0, lots: Collection[Lot | Pending] = ()) -> Refused | None:
    """LIMIT_REACHED past 2^53 - 1 points ever gained or 120 expiry dates; None when both hold.

    Dates of points that wait or are held count too: they must find room when they come to be lots.
    """
    ever = account.earned + account.reinstated + max(account.adjusted, 0) + account.received
    if ever + gained > MAX_POINTS:
        return Refused(Code.LIMIT_REACHED, "An account can gain no more than 2^53 - 1 points.")
    if _parts(account) + len(lots) <= MAX_LOTS:
        return None  # whatever their dates are
    new = {lot.expires_at for lot in lots if lot.points > 0} - _dates(account)
    if new and len(_dates(account)) + len(new) > MAX_LOTS:
        message = f"The account holds points of {MAX_LOTS} expiry dates already."
        return LimitReached(Code.LIMIT_REACHED, message, limit=MAX_LOTS)
    return None


def beyond_waiting(account: Account, part: Pending) -> Refused | None:
    """LIMIT_REACHED past 64 pairs of release and expiry dates of points that wait."""
    known = any(other[:2] == part[:2] for other in account.pending)
    if part.points and not known and len(account.pending) >= MAX_PENDING:
        message = f"Points of {MAX_PENDING} dates wait in the account already."
        return LimitReached(Code.LIMIT_REACHED, message, limit=MAX_PENDING)
    return None


def _parts(account: Account) -> int:
    return len(account.lots) + len(account.pending) + sum(len(hold.lots) for hold in account.holds)


def _dates(account: Account) -> set[datetime | None]:
    dates = {lot.expires_at for lot in account.lots}
    dates.update(part.expires_at for part in account.pending)
    dates.update(lot.expires_at for hold in account.holds for lot in hold.lots)
    return dates
