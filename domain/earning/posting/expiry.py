"""Until when points can be spent."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.ledger.state import EMPTY_ACCOUNT, Account, Idle
from domain.program.earning import Expiry, Grain
from domain.program.program import Program
from domain.time import day_in, day_start, last_day_before

_CROWDED = ((110, Grain.YEAR), (90, Grain.MONTH))
"""From how many expiry dates on an account gets new ones only of a coarser grain: it can hold 120."""
_GRAINS = tuple(Grain)


def lot_date(
    program: Program, occurred_at: datetime, account: Account = EMPTY_ACCOUNT, *, own: Expiry | None = None
) -> datetime | None:
    """The first instant, in UTC, at which points earned at `occurred_at` are gone.

    It is the end, in the programme's zone, of the grain in which the day of `occurred_at` plus the months falls
    (31 January plus one month is the last day of February). Weeks end on Sunday. None: they have no date of
    their own, because they never expire or do so for inactivity.

    An `account` of 90 dates and more gets a new one at the end of a month, one of 110 at the end of a year: so a
    fine grain never leads to a purchase that finds no room, and its points live longer.

    `own` is a rule's, which then goes instead of the programme's.
    """
    expiry = own or program.expiry
    if expiry is None or expiry.inactivity:
        return None
    end = _end(program, expiry, occurred_at)
    if account.parts < _CROWDED[-1][0]:
        return end
    dates = account.dates
    coarser = next((grain for many, grain in _CROWDED if len(dates) >= many), None)
    if end in dates or coarser is None or _GRAINS.index(coarser) <= _GRAINS.index(expiry.grain):
        return end
    return day_start(_next_start(last_day_before(end, program.zone), coarser), program.zone)


def idle_at(program: Program, moment: datetime) -> datetime | None:
    """When points without a date of their own expire, if activity at `moment` is the member's last.

    The same end of a grain, counted from the activity. None: never. So activity under a programme without
    inactivity expiry clears a date that was set under one before it, and what was earned under that promise
    never expires: a change of rules takes nothing away.
    """
    expiry = program.expiry
    return _end(program, expiry, moment) if expiry is not None and expiry.inactivity else None


def idle_after(program: Program, account: Account, moment: datetime) -> Idle | None:
    """What activity at `moment` makes of the date on which the account expires for inactivity; None: it stays.

    Activity of long ago, which comes late, moves nothing back.
    """
    at = idle_at(program, moment)
    later = at is None or account.idle_at is None or at > account.idle_at
    return Idle(at) if later and at != account.idle_at else None


def idle_from(program: Program, account: Account, moment: datetime) -> Idle | None:
    """The date for points without one of their own that come in at `moment`, without activity; None: it stays.

    It is only set where there is none, or one that passed while there were no such points: they would be gone at
    once by it.
    """
    if account.idle_at is not None and account.idle_at > moment:
        return None
    at = idle_at(program, moment)
    return Idle(at) if at != account.idle_at else None


def _end(program: Program, expiry: Expiry, moment: datetime) -> datetime:
    return _end_of(expiry, day_in(program.zone, moment), program.zone)


@lru_cache(maxsize=4_096)
def _end_of(expiry: Expiry, day: date, zone: ZoneInfo) -> datetime:
    """The first instant after the grain; all events of a day have it in common."""
    return day_start(_next_start(add_months(day, expiry.months), expiry.grain), zone)


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next_start(day: date, grain: Grain) -> date:
    """The first day after the grain that `day` is in."""
    first = day.replace(day=1)
    match grain:
        case Grain.DAY:
            return day + timedelta(days=1)
        case Grain.WEEK:
            return day + timedelta(days=7 - day.weekday())
        case Grain.MONTH:
            return add_months(first, 1)
        case Grain.QUARTER:
            return add_months(first, 3 - (day.month - 1) % 3)
        case Grain.YEAR:
            return date(day.year + 1, 1, 1)
