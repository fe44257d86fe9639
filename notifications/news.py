"""What members are told of an entry: which sentence, of how many points, with which date."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.time import last_day_before
from notifications.templates import (
    CAPTURED,
    EARNED,
    EXPIRED,
    EXTENDED,
    GIVEN,
    GIVEN_BACK,
    RECEIVED,
    REINSTATED,
    RELEASED,
    SENT,
    SPENT,
    TAKEN,
    TAKEN_BACK,
    WAITING,
    WAITING_FOR_AN_EVENT,
    Template,
)


class News(NamedTuple):
    """A sentence, and what it is about; no points are no news."""

    template: Template
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
        return News(WAITING_FOR_AN_EVENT, entry.changes.waiting)
    return News(WAITING, entry.changes.waiting, releases_at.astimezone(zone).date())


def _captured(entry: Entry, zone: ZoneInfo) -> News:
    return News(CAPTURED, entry.changes.redeemed)


def _expired(entry: Entry, zone: ZoneInfo) -> News:
    return News(EXPIRED, entry.changes.expired, last_day_before(entry.occurred_at, zone))


def _adjusted(entry: Entry, zone: ZoneInfo) -> News:
    return News(GIVEN if entry.points > 0 else TAKEN, abs(entry.points))


def _extended(entry: Entry, zone: ZoneInfo) -> News | None:
    lots = (lot for lot in entry.changes.lots if lot.points > 0)
    return next((News(EXTENDED, points, last_day_before(at, zone)) for at, points in lots if at), None)


def _reversed(entry: Entry, zone: ZoneInfo) -> News:
    """Of a debit: what came back. Of an award: what is gone, from what waited and what is owed too."""
    changes = entry.changes
    back = changes.adjusted - changes.redeemed - changes.reversed
    return News(GIVEN_BACK, back) if back > 0 else News(TAKEN_BACK, -back)


_PLAIN = {
    EntryKind.EARN: EARNED,
    EntryKind.RELEASE: RELEASED,
    EntryKind.REDEEM: SPENT,
    EntryKind.TRANSFER_IN: RECEIVED,
    EntryKind.TRANSFER_OUT: SENT,
    EntryKind.REINSTATE: REINSTATED,
}
_TOLD: dict[EntryKind, Callable[[Entry, ZoneInfo], News | None]] = {
    EntryKind.PENDING: _waiting,
    EntryKind.CAPTURE: _captured,
    EntryKind.EXPIRE: _expired,
    EntryKind.ADJUST: _adjusted,
    EntryKind.EXTEND: _extended,
    EntryKind.REVERSE: _reversed,
}
