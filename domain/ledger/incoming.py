"""Points that come in: debt is paid first, and the bounds of an account hold."""

from collections.abc import Collection
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
        # One lot of points stands as it is, which is nearly always.
        return Credit(lots if len(lots) == 1 and lots[0].points > 0 else merge_lots((), lots), 0)
    kept: list[Lot] = []
    for lot in sorted(lots, key=soonest_first):
        paid = min(owed, lot.points)
        owed -= paid
        if lot.points > paid:
            kept.append(Lot(lot.expires_at, lot.points - paid))
    return Credit(merge_lots((), kept), owed - account.debt)


def beyond_bounds(
    account: Account, *, gained: int = 0, lots: Collection[Lot | Pending] = (), most: int = MAX_LOTS
) -> Refused | None:
    """LIMIT_REACHED past 2^53 - 1 points ever gained or `most` expiry dates; None when both hold."""
    ever = account.earned + account.reinstated + max(account.adjusted, 0) + account.received
    if ever + gained > MAX_POINTS:
        return Refused(Code.LIMIT_REACHED, "An account can gain no more than 2^53 - 1 points.")
    if account.parts + len(lots) <= most:
        return None  # whatever their dates are
    dates = account.dates
    new = {lot.expires_at for lot in lots if lot.points > 0} - dates
    if new and len(dates) + len(new) > most:
        message = f"The account holds points of {most} expiry dates already."
        return LimitReached(Code.LIMIT_REACHED, message, limit=most)
    return None


def beyond_waiting(account: Account, part: Pending) -> Refused | None:
    """LIMIT_REACHED past 64 pairs of release and expiry dates of points that wait."""
    known = any(other[:2] == part[:2] for other in account.pending)
    if part.points and not known and len(account.pending) >= MAX_PENDING:
        message = f"Points of {MAX_PENDING} dates wait in the account already."
        return LimitReached(Code.LIMIT_REACHED, message, limit=MAX_PENDING)
    return None
