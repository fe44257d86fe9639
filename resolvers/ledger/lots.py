"""Lots, as clients see them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import strawberry

from domain.ledger.lots import Lot
from domain.time import last_day_before
from resolvers.scalars import Points


@strawberry.type
class PointsLot:
    """expiresOn: the last day on which they can be spent, in the programme's time zone."""

    points: Points
    expires_at: datetime | None
    expires_on: date | None


@strawberry.type
class LotChange:
    """What an entry gave to a lot, or took from it."""

    points: Points
    expires_at: datetime | None
    expires_on: date | None


def points_lots(lots: Iterable[Lot], zone: ZoneInfo) -> list[PointsLot]:
    """Lots in their order."""
    return [PointsLot(**_of(lot, zone)) for lot in lots]


def lot_changes(lots: Iterable[Lot], zone: ZoneInfo) -> list[LotChange]:
    """Signed lots in their order."""
    return [LotChange(**_of(lot, zone)) for lot in lots]


def last_day(expires_at: datetime | None, zone: ZoneInfo) -> date | None:
    """The last day before; None for points that never expire."""
    return None if expires_at is None else last_day_before(expires_at, zone)


def _of(lot: Lot, zone: ZoneInfo) -> dict[str, Any]:
    expires_on = last_day(lot.expires_at, zone)
    return {"points": Points(lot.points), "expires_at": lot.expires_at, "expires_on": expires_on}
