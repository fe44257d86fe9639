"""What members are told of an entry: which template, of how many points, with which date."""

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.time import last_day_before


class News(NamedTuple):
    """A template, and what it is about; no points are no news."""

    template: str
    points: int
    day: date | None = None


def news_of(entry: Entry, zone: ZoneInfo) -> News | None:
    """What the member is told. None for holds and for those that end unused: the points are still the member's,
    the app shows them as held, and an order that fails at the till would else send two messages about nothing."""
    if template := _PLAIN.get(entry.kind):
        return News(template, abs(entry.points))
    tell = _TOLD.get(entry.kind)
    return tell(entry, zone) if tell else None


def _waiting(entry: Entry, zone: ZoneInfo) -> News:
    releases_at = next((part.releases_at for part in entry.changes.pending), None)
    if releases_at is None:
        return News("points_waiting_for_order", entry.changes.waiting)
    return News("points_waiting", entry.changes.waiting, releases_at.astimezone(zone).date())


def _captured(entry: Entry, zone: ZoneInfo) -> News:
    return News("points_captured", entry.changes.redeemed)


def _expired(entry: Entry, zone: ZoneInfo) -> News:
    return News("points_expired", entry.changes.expired, last_day_before(entry.occurred_at, zone))


def _adjusted(entry: Entry, zone: ZoneInfo) -> News:
    return News("points_given" if entry.points > 0 else "points_taken", abs(entry.points))


def _extended(entry: Entry, zone: ZoneInfo) -> News | None:
    lots = (lot for lot in entry.changes.lots if lot.points > 0)
    return next((News("points_extended", points, last_day_before(at, zone)) for at, points in lots if at), None)


def _reversed(entry: Entry, zone: ZoneInfo) -> News:
    """Of a debit: what came back. Of an award: what is gone, from what waited and what is owed too."""
    changes = entry.changes
    back = changes.adjusted - changes.redeemed - changes.reversed
    return News("points_given_back", back) if back > 0 else News("points_taken_back", -back)


_PLAIN = {
    EntryKind.EARN: "points_earned",
    EntryKind.RELEASE: "points_released",
    EntryKind.REDEEM: "points_spent",
    EntryKind.TRANSFER_IN: "points_received",
    EntryKind.TRANSFER_OUT: "points_sent",
    EntryKind.REINSTATE: "points_reinstated",
}
_TOLD: dict[EntryKind, Callable[[Entry, ZoneInfo], News | None]] = {
    EntryKind.PENDING: _waiting,
    EntryKind.CAPTURE: _captured,
    EntryKind.EXPIRE: _expired,
    EntryKind.ADJUST: _adjusted,
    EntryKind.EXTEND: _extended,
    EntryKind.REVERSE: _reversed,
}
NEWS: Final = {
    EntryKind.EARN: "EARNED",
    EntryKind.PENDING: "WAITING",
    EntryKind.RELEASE: "RELEASED",
    EntryKind.REDEEM: "SPENT",
    EntryKind.CAPTURE: "SPENT",
    EntryKind.EXPIRE: "EXPIRED",
    EntryKind.ADJUST: "ADJUSTED",
    EntryKind.EXTEND: "EXTENDED",
    EntryKind.REVERSE: "REVERSED",
    EntryKind.REINSTATE: "REINSTATED",
    EntryKind.TRANSFER_IN: "RECEIVED",
    EntryKind.TRANSFER_OUT: "SENT",
}
"""What happened, in a word for the app."""
