"""Lots: points that expire together, and how they are filled and taken from."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Lot(NamedTuple):
    """Points that expire together at `expires_at` (exclusive); None: they have no date of their own."""

    expires_at: datetime | None
    points: int


class Pending(NamedTuple):
    """Points that wait until `releases_at` (None: until they are released) and then are a lot of `expires_at`."""

    releases_at: datetime | None
    expires_at: datetime | None
    points: int


class Hold(NamedTuple):
    """Points set aside by the entry `seq` until `expires_at`, and the lots that they came from."""

    seq: int
    expires_at: datetime
    lots: tuple[Lot, ...]

    @property
    def points(self) -> int:
        """All that it holds."""
        return sum(lot.points for lot in self.lots)


def merge_lots(lots: tuple[Lot, ...], deltas: Iterable[Lot]) -> tuple[Lot, ...]:
    """Lots with signed deltas added by date: sorted, none empty. Raises ValueError below zero."""
    merged = list(lots)
    for expires_at, delta in deltas:
        for index, (date, points) in enumerate(merged):
            if date == expires_at:
                merged[index] = Lot(date, points + delta)
                break
        else:
            merged.append(Lot(expires_at, delta))
    if len(merged) > max(len(lots), 1):  # without a new date the order stands, which is nearly always
        merged.sort(key=soonest_first)
    if any(points < 0 for _, points in merged):
        raise ValueError("a lot would fall below zero")
    return tuple([lot for lot in merged if lot[1]])


def merge_pending(pending: tuple[Pending, ...], deltas: Iterable[Pending]) -> tuple[Pending, ...]:
    """The same for points that wait: by both dates, the first to be released first."""
    points = {part[:2]: part.points for part in pending}
    for delta in deltas:
        points[delta[:2]] = points.get(delta[:2], 0) + delta.points
    if any(value < 0 for value in points.values()):
        raise ValueError("what waits would fall below zero")
    merged = (Pending(*dates, value) for dates, value in points.items() if value)
    return tuple(sorted(merged, key=lambda part: (_instant(part.releases_at), _instant(part.expires_at))))


def take(lots: tuple[Lot, ...], points: int, *, idle_at: datetime | None = None) -> tuple[Lot, ...]:
    """The signed lot changes of a debit: soonest expiry first. Raises ValueError if the lots hold too little.

    `idle_at` is when points without a date of their own expire; None: never.
    """
    if idle_at is not None:
        lots = tuple(sorted(lots, key=lambda lot: _instant(lot.expires_at or idle_at)))
    taken: list[Lot] = []
    for expires_at, held in lots:
        if points == 0:
            break
        part = min(held, points)
        taken.append(Lot(expires_at, -part))
        points -= part
    if points:
        raise ValueError("the lots hold less than the debit takes")
    return tuple(taken)


def soonest_first(lot: Lot) -> tuple[bool, float]:
    """The order of lots: by date, without one last."""
    return _instant(lot.expires_at)


def _instant(moment: datetime | None) -> tuple[bool, float]:
    return (moment is None, moment.timestamp() if moment else 0.0)
