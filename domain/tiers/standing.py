"""A member's tier at a time, how long it holds, and how far the next one is.

A tier is held by what qualified this calendar year or last, whichever reaches higher, in the programme's zone.
So a tier rises within a year and falls as a year begins; within one it falls only where what it was reached by
is taken back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.ledger.state import State, TierMark
from domain.money import from_minor
from domain.program.levels import Metric, Tier
from domain.program.program import Program
from domain.time import day_start


@dataclass(frozen=True, slots=True)
class Progress:
    """To reach or keep `tier`: `required` this year, of which `remaining` is missing, before `by`."""

    tier: Tier
    required: Decimal
    remaining: Decimal
    by: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Amounts are in the metric's unit, money for spend. `since` None: since the member joined.

    `valid_until` is exclusive; None: for ever. `next` is None at the top, `keep` at the bottom; a tier that
    this year has already reached has `keep.remaining` 0.
    """

    tier: Tier
    since: datetime | None
    valid_until: datetime | None
    qualifying: Decimal
    next: Progress | None
    keep: Progress | None


def standing(program: Program, state: State, at: datetime) -> Standing:
    """Where a member with `state` stands at `at`.

    A tier reached this year holds to the end of next year, one held by last year's amount alone to the
    end of this one, the lowest for ever.
    """
    year = _year(program, at)
    amount = _amount(program, state, year)
    rank = _rank_in(program, state, year)
    tier = program.tiers.levels[rank]
    years_left = 2 if _rank(program, amount) == rank else 1
    end = _start(program, year + 1)
    above = program.tiers.levels[rank + 1] if rank + 1 < len(program.tiers.levels) else None
    return Standing(
        tier=tier,
        since=_since(program, state, rank, year),
        valid_until=_start(program, year + years_left) if rank else None,
        qualifying=amount,
        next=_progress(above, amount, end) if above else None,
        keep=_progress(tier, amount, end) if rank else None,
    )


def tier_at(program: Program, state: State, at: datetime) -> Tier:
    """Only the tier of `standing`, for the multiplier of an award."""
    return program.tiers.levels[_rank_in(program, state, _year(program, at))]


def mark_after(program: Program, state: State, at: datetime) -> TierMark | None:
    """The mark that an entry at `at` must add, given its counters in `state` and the mark from before it.

    None while the marked tier stands, and for a member who has only ever had the lowest. A rise counts
    from `at`, and so does a fall by what was taken back; any other from the start of the year it came with.
    """
    year = _year(program, at)
    rank = _rank_in(program, state, year)
    tier = program.tiers.levels[rank]
    mark = state.tier
    if mark is None:
        return TierMark(tier.code, at) if rank else None
    climbed = rank > _rank_of(program, mark.code) or _climbed_back(program, state, rank, year)
    if mark.code == tier.code and not climbed:
        return None
    return TierMark(tier.code, at if climbed else _fell(program, state, rank, year) or at)


def _climbed_back(program: Program, state: State, rank: int, year: int) -> bool:
    """Whether the marked tier lapsed to one below `rank` as this year began, so that this year reached it anew."""
    if state.tier is None or _year(program, state.tier.since) >= year:
        return False
    return _rank(program, _amount(program, state, year - 1)) < rank


def _since(program: Program, state: State, rank: int, year: int) -> datetime | None:
    if state.tier is None:
        return None
    if state.tier.code == program.tiers.levels[rank].code:
        return state.tier.since
    # A programme whose thresholds have moved leaves the last mark as the best that is known.
    return _fell(program, state, rank, year) or state.tier.since


def _fell(program: Program, state: State, rank: int, year: int) -> datetime | None:
    """The start of the latest year before which a higher tier than `rank` was held; None: none was."""
    marked = _year(program, state.tier.since) if state.tier else year
    for start in range(year, marked, -1):
        if _rank_in(program, state, start - 1) > rank:
            return _start(program, start)
    return None


def _rank_in(program: Program, state: State, year: int) -> int:
    """The rank by what that year and the one before it have counted."""
    return max(_rank(program, _amount(program, state, year)), _rank(program, _amount(program, state, year - 1)))


def _rank(program: Program, amount: Decimal) -> int:
    reached = [rank for rank, tier in enumerate(program.tiers.levels) if tier.threshold <= amount]
    return reached[-1] if reached else 0


def _rank_of(program: Program, code: str) -> int:
    """The rank of a code; -1 for a tier that the programme has no more."""
    return next((rank for rank, tier in enumerate(program.tiers.levels) if tier.code == code), -1)


def _amount(program: Program, state: State, year: int) -> Decimal:
    counted = state.qualifying.get(str(year), 0)
    if program.tiers.metric is Metric.SPEND:
        return from_minor(counted, program.money)
    return Decimal(counted)


def _progress(tier: Tier, amount: Decimal, by: datetime) -> Progress:
    return Progress(tier, tier.threshold, max(tier.threshold - amount, Decimal(0)), by)


def _year(program: Program, moment: datetime) -> int:
    return moment.astimezone(program.zone).year


def _start(program: Program, year: int) -> datetime:
    return day_start(date(year, 1, 1), program.zone)
