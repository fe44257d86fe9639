"""Points that go from one member to another, with their expiry dates."""

from dataclasses import dataclass
from datetime import datetime

from domain.ledger.incoming import beyond_bounds, credit
from domain.ledger.lots import Lot, take
from domain.ledger.state import Account, Changes, Idle, SentOn
from domain.refusals import Code, LimitReached, Refused, insufficient_points, invalid

MAX_RECEIVED_LOTS = 100
"""Expiry dates of an account to which transfers may bring more: others must not be able to use up all its room."""


@dataclass(frozen=True, slots=True)
class SendLimits:
    """Points that one member may send, in one currency; None: as many as there are."""

    least: int = 1
    per_transfer: int | None = None
    per_day: int | None = None
    in_all: int | None = None


def send(
    account: Account, points: int, limits: SendLimits, *, day: str, next_day: datetime, idle: Idle | None = None
) -> Changes | Refused:
    """Points that leave, soonest expiry first. `day` is the programme's, which ends at `next_day`.

    Refuses INVALID_INPUT below the least, INSUFFICIENT_POINTS, and LIMIT_REACHED past a limit.
    """
    if points < limits.least:
        return invalid(f"A transfer is of at least {limits.least} points.", "points")
    sent = account.sent_on.points if account.sent_on and account.sent_on.day == day else 0
    refusal = (
        _above(limits.per_transfer, points, "in one transfer")
        or _above(limits.per_day, sent + points, "a day", next_day)
        or _above(limits.in_all, account.sent + points, "in all")
    )
    if refusal:
        return refusal
    if points > account.available:
        return insufficient_points(points, account.available)
    lots = take(account.lots, points, idle_at=account.idle_at)
    return Changes(lots, sent=points, sent_on=SentOn(day, sent + points), idle=idle)


def receive(account: Account, sent: tuple[Lot, ...], *, idle: Idle | None = None) -> Changes | Refused:
    """What the sender's entry took (its signed lots) comes in under the same dates; what is owed is paid first.

    Refuses LIMIT_REACHED past the bounds of an account; of its 120 dates it keeps some for what the member earns.
    """
    lots = [Lot(lot.expires_at, -lot.points) for lot in sent]
    points = sum(lot.points for lot in lots)
    refusal = beyond_bounds(account, gained=points, lots=lots, most=MAX_RECEIVED_LOTS)
    if refusal:
        return refusal
    kept, debt = credit(account, *lots)
    return Changes(kept, debt=debt, received=points, idle=idle)


def _above(limit: int | None, points: int, of_what: str, resets_at: datetime | None = None) -> Refused | None:
    if limit is None or points <= limit:
        return None
    message = f"A member may send {limit} points {of_what}."
    return LimitReached(Code.LIMIT_REACHED, message, ("points",), limit=limit, resets_at=resets_at)
