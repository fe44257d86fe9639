"""When no telephone rings: hours of the day in a member's own zone, right over every change of its clocks."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from domain.alerts.preferences import QuietHours

_DAY: Final = timedelta(days=1)
_AROUND: Final = (-2, -1, 0, 1, 2)
"""Days whose quiet hours can touch a moment: a clock may leave out a whole day, as Samoa's did in 2011."""


@lru_cache(maxsize=256)
def read_quiet_hours(text: str) -> QuietHours | None:
    """The hours in `HH:MM-HH:MM`; None for anything else."""
    begins, _, ends = text.partition("-")
    try:
        return QuietHours.read(begins, ends)
    except ValueError:
        return None


def quiet_until(now: datetime, hours: QuietHours, zone: ZoneInfo) -> datetime | None:
    """When the quiet that holds `now` is over, in UTC; None when it is not quiet. The end itself is not quiet.

    A time that the clocks leave out is the first instant after the gap. One that is there twice begins quiet the
    first time and ends it the second, so that no telephone rings in between.
    """
    if hours.begins == hours.ends:
        return None
    spans = _spans(now.astimezone(zone).date(), hours, zone)
    until = now
    # Where clocks go back, the quiet of one day can run into that of the next.
    for begins, ends in spans:
        if begins <= until < ends:
            until = ends
    return None if until == now else until


@lru_cache(maxsize=4_096)
def _spans(day: date, hours: QuietHours, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
    """The quiet of the days around one, in their order."""
    overnight = _DAY if hours.ends < hours.begins else timedelta()
    spans = []
    for away in _AROUND:
        begins_on = day + away * _DAY
        begins = _instant(datetime.combine(begins_on, hours.begins), zone, fold=0)
        ends = _instant(datetime.combine(begins_on + overnight, hours.ends), zone, fold=1)
        spans.append((begins, ends))
    return tuple(spans)


def _instant(wall: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    """The instant at which clocks in the zone show `wall`: the first with fold 0, the last with fold 1."""
    before, after = (wall.replace(tzinfo=zone, fold=side).astimezone(UTC) for side in (0, 1))
    if before <= after:
        return after if fold else before
    return _end_of_gap(after, before, zone)


def _end_of_gap(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The second in (low, high] in which the zone's offset becomes what it is at `high`."""
    offset = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high
