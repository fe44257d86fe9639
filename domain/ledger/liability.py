"""What the programme owes its members, and what of it never comes to be spent."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.ledger.totals import Totals
from domain.time import last_day_before

_EXACT = Context(prec=64)
_RATE = Decimal("0.0001")


class Month(NamedTuple):
    """Points that can be spent up to a day of `month` ("2027-01") and no longer; None: they never expire."""

    month: str | None
    points: int


def outstanding_by_month(totals: Totals, zone: ZoneInfo) -> list[Month]:
    """What is outstanding by the calendar month, in `zone`, of the last day on which it can be spent.

    Soonest first, never last. Points of an open hold stand in the month of their lot, also when that is over.
    """
    months: dict[str | None, int] = {}
    for dated in (totals.lots, totals.held_lots):
        for expires_at, points in dated.items():
            month = _month(expires_at, zone)
            months[month] = months.get(month, 0) + points
    kept = (Month(month, points) for month, points in months.items() if points)
    return sorted(kept, key=lambda one: (one.month is None, one.month or ""))


def value(points: int, worth: Decimal) -> Decimal:
    """What so many points are worth: exact, not rounded to the money's smallest unit."""
    return _EXACT.multiply(Decimal(points), worth)


def breakage_rate(totals: Totals) -> Decimal | None:
    """What has expired of all that was ever issued, to four digits; None before anything was issued.

    It is a fact of the past: what is still outstanding counts as issued and not as expired, so that the rate of a
    young programme is low.
    """
    if totals.issued <= 0:
        return None
    rate = _EXACT.divide(Decimal(totals.expired), Decimal(totals.issued))
    return rate.quantize(_RATE, rounding=ROUND_HALF_EVEN)


def _month(expires_at: datetime | None, zone: ZoneInfo) -> str | None:
    return last_day_before(expires_at, zone).strftime("%Y-%m") if expires_at else None
