"""Points set aside: hold, capture, void."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from domain.ledger.entry import Entry
from domain.ledger.incoming import credit
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Hold, Lot, merge_lots, take
from domain.ledger.state import MAX_HELD_LOTS, MAX_HOLDS, Account, Changes, Idle
from domain.refusals import Code, LimitReached, Refused, insufficient_points, invalid


class HoldStatus(StrEnum):
    """What has become of a hold. The names are the API's."""

    OPEN = "OPEN"
    CAPTURED = "CAPTURED"
    VOIDED = "VOIDED"
    EXPIRED = "EXPIRED"


def hold_status(opened: Entry, closed_by: Entry | None, now: datetime) -> HoldStatus:
    """The status at `now` of the hold that `opened` made; `closed_by` is the entry that names it, if there is one.

    A hold past its end is EXPIRED whether or not an entry says so yet.
    """
    if closed_by is None:
        ends = opened.changes.hold
        return HoldStatus.OPEN if ends is not None and now < ends else HoldStatus.EXPIRED
    if closed_by.kind is EntryKind.CAPTURE:
        return HoldStatus.CAPTURED
    # What time writes answers no command.
    return HoldStatus.VOIDED if closed_by.input else HoldStatus.EXPIRED


def hold(account: Account, points: int, *, until: datetime) -> Changes | Refused:
    """Sets points aside until then, soonest expiry first; nobody can spend them meanwhile.

    The points are kept for the hold even when the date of a lot passes. Refuses INVALID_INPUT below one point,
    INSUFFICIENT_POINTS, and LIMIT_REACHED past 32 open holds or 120 lots under them.
    """
    if points < 1:
        return invalid("A hold sets aside at least 1 point.", "points")
    if points > account.available:
        return insufficient_points(points, account.available)
    if len(account.holds) >= MAX_HOLDS:
        message = f"{MAX_HOLDS} holds are open already: capture or void one of them first."
        return LimitReached(Code.LIMIT_REACHED, message, limit=MAX_HOLDS)
    taken = take(account.lots, points, idle_at=account.idle_at)
    if len(taken) + sum(len(held.lots) for held in account.holds) > MAX_HELD_LOTS:
        message = f"Points of {MAX_HELD_LOTS} lots are held already: capture or void a hold first."
        return LimitReached(Code.LIMIT_REACHED, message, limit=MAX_HELD_LOTS)
    return Changes(taken, hold=until)


def capture(account: Account, seq: int, points: int | None, *, idle: Idle | None = None) -> Changes | Refused:
    """Spends what the hold `seq` set aside, or `points` of it, soonest expiry first; the rest goes back at once.

    Refuses HOLD_NOT_OPEN, and INVALID_INPUT for less than one point or more than are held.
    """
    held = account.hold(seq)
    if held is None:
        return not_open()
    wanted = held.points if points is None else points
    if not 1 <= wanted <= held.points:
        return invalid(f"A capture takes 1 to {held.points} points, which is what is held.", "points")
    spent = take(held.lots, wanted, idle_at=account.idle_at)
    return replace(_give_back(account, held, merge_lots(held.lots, spent)), redeemed=wanted, idle=idle)


def void(account: Account, seq: int) -> Changes | Refused:
    """Gives back all that the hold `seq` set aside, to the lots it came from. Refuses HOLD_NOT_OPEN."""
    held = account.hold(seq)
    return not_open() if held is None else _give_back(account, held, held.lots)


def not_open() -> Refused:
    """The hold has been captured, voided or has ended."""
    return Refused(
        Code.HOLD_NOT_OPEN, "The hold is not open any more: its points went back or were spent.", ("holdId",)
    )


def _give_back(account: Account, held: Hold, lots: tuple[Lot, ...]) -> Changes:
    back, debt = credit(account, *lots)
    return Changes(back, debt=debt, unhold=held.seq)
