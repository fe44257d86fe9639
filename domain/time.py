"""Time as the ledger keeps it: UTC, whole milliseconds. Nothing here reads a clock."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def whole_ms(moment: datetime) -> datetime:
    """The moment in UTC, cut to whole milliseconds (what BSON dates and the canonical form can carry)."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_ms(moment: datetime) -> int:
    """Whole milliseconds since 1970-01-01T00:00Z."""
    return (moment - _EPOCH) // MILLISECOND


def from_ms(ms: int) -> datetime:
    """The inverse of `to_ms`."""
    return _EPOCH + timedelta(milliseconds=ms)


def print_date_time(moment: datetime) -> str:
    """The moment as everyone outside reads it: in UTC with milliseconds, such as `2027-01-31T00:00:00.000Z`."""
    return whole_ms(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=4_096)
def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a calendar day in a zone, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=4_096)
def day_in(zone: ZoneInfo, moment: datetime) -> date:
    """The calendar day that a moment is on in a zone; one event asks for its own many times."""
    return moment.astimezone(zone).date()


def last_day_before(moment: datetime, zone: ZoneInfo) -> date:
    """The last calendar day in `zone` that has an instant before `moment`: the day a lot can be spent to."""
    return (moment - MILLISECOND).astimezone(zone).date()
