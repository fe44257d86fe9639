"""A member's tier at a time, how long it holds, and how far the next one is.

A tier is held by what has qualified by window, in the programme's zone (`domain.tiers.course`), unless staff have
given one. It rises at once; it falls as time passes without enough, or where what it was reached by is taken back.
Spending changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from domain.ledger.state import Override, State, TierMark
from domain.program.levels import Tier
from domain.program.program import Program
from domain.tiers.counted import Counted, counted_of
from domain.tiers.course import falls, next_fall, rank_on
from domain.tiers.given import given, rank_of
from domain.tiers.progress import Progress, to_keep, to_reach
from domain.time import day_in, day_start

__all__ = ["Progress", "Standing", "mark_after", "rank_at", "standing", "tier_at"]
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """Amounts are in the metric's unit, money for spend. `since` None: since the member joined.

    `valid_until` is exclusive: when the tier has ended unless it is kept; None: never. `grace_until`: how long it
    stays after that; None without grace. `next` is None at the top, `keep` at the bottom; a tier that this year
    has already reached has `keep.remaining` 0. `given`: staff have given the tier, whatever qualifies.
    """

    tier: Tier
    since: datetime | None
    valid_until: datetime | None
    qualifying: Decimal
    next: Progress | None
    keep: Progress | None
    grace_until: datetime | None = None
    given: Override | None = None


def standing(program: Program, state: State, at: datetime, *, joined_on: date | None = None) -> Standing:
    """Where a member with `state` stands at `at`.

    A tier reached in a year holds to the end of the next one, one held by last year's amount alone to the end of
    this one; by the last months, as long as they reach; the lowest for ever. `joined_on`, in the programme's
    zone, says when their own year begins before anything has counted.
    """
    counted, day = counted_of(program, state, joined_on), _day(program, at)
    override = given(program, state, at)
    rank = _rank(program, state, counted, at)
    levels = program.tiers.levels
    valid_until, grace_until = _until(program, counted, rank, at, override)
    return Standing(
        tier=levels[rank],
        since=_since(program, state, counted, rank, at),
        valid_until=valid_until,
        qualifying=counted.in_unit(counted.amount(counted.windows.index(day))),
        next=to_reach(program, counted, rank + 1, day) if rank + 1 < len(levels) else None,
        keep=to_keep(program, counted, rank, day, override) if rank else None,
        grace_until=grace_until,
        given=override,
    )


def tier_at(program: Program, state: State, at: datetime) -> Tier:
    """Only the tier of `standing`, for the multiplier of an award."""
    return program.tiers.levels[rank_at(program, state, at)]


def rank_at(program: Program, state: State, at: datetime) -> int:
    """Only the rank of it; 0 is the lowest."""
    return _rank(program, state, counted_of(program, state), at)


def mark_after(program: Program, state: State, at: datetime) -> TierMark | None:
    """The mark that an entry at `at` must add, given its counters in `state` and the mark from before it.

    None while the marked tier stands, and for a member who has only ever had the lowest. A rise counts
    from `at`, and so does a fall by what was taken back; any other from when its time had come.
    """
    counted, mark = counted_of(program, state), state.tier
    rank = _rank(program, state, counted, at)
    tier = program.tiers.levels[rank]
    if mark is None:
        return TierMark(tier.code, at) if rank else None
    if given(program, state, at):
        return None if mark.code == tier.code else TierMark(tier.code, at)
    climbed = rank > rank_of(program, mark.code) or _climbed_back(program, state, counted, rank, at)
    if mark.code == tier.code and not climbed:
        return None
    return TierMark(tier.code, at if climbed else _fell(program, state, counted, rank, at) or at)


def _rank(program: Program, state: State, counted: Counted, at: datetime) -> int:
    override = given(program, state, at)
    return rank_of(program, override.code) if override else rank_on(counted, _day(program, at))


def _climbed_back(program: Program, state: State, counted: Counted, rank: int, at: datetime) -> bool:
    """Whether the marked tier had lapsed to one below `rank`, so that the window of `at` reached it anew."""
    day = _day(program, at)
    index = counted.windows.index(day)
    if state.tier is None or _held_from(state, state.tier) >= day_start(
        counted.windows.start(index), program.zone
    ):
        return False
    return rank_on(counted.without(index), day) < rank


def _held_from(state: State, mark: TierMark) -> datetime:
    """Since when the marked tier is held by what qualifies: not before staff gave it up."""
    override = state.override
    return max(mark.since, override.until) if override and override.code == mark.code else mark.since


def _since(program: Program, state: State, counted: Counted, rank: int, at: datetime) -> datetime | None:
    if state.tier is None:
        return None
    if state.tier.code == program.tiers.levels[rank].code:
        return state.tier.since
    # A programme whose thresholds have moved leaves the last mark as the best that is known.
    return _fell(program, state, counted, rank, at) or state.tier.since


def _fell(program: Program, state: State, counted: Counted, rank: int, at: datetime) -> datetime | None:
    """When time last took a higher tier than `rank`, or an override, after the mark; None: it never did."""
    since = state.tier.since if state.tier else _EVER
    found = None
    for fall in falls(counted):
        moment = day_start(fall.day, program.zone)
        if since < moment <= at and fall.rank <= rank:
            found = moment
    ended = state.override.until if state.override else None
    if ended and since < ended <= at:
        return max(found, ended) if found else ended
    return found


def _until(
    program: Program, counted: Counted, rank: int, at: datetime, override: Override | None
) -> tuple[datetime | None, datetime | None]:
    """When the tier has ended, and when its grace is over, if nothing more is earned."""
    day = _day(program, at)
    if override:
        day = _day(program, override.until)
        if rank_on(counted, day) != rank:
            return override.until, None
    fall = next_fall(counted, day) if rank else None
    if fall is None:
        return None, None
    moment = day_start(fall.day, program.zone)
    return day_start(fall.ended, program.zone), moment if fall.day > fall.ended else None


def _day(program: Program, moment: datetime) -> date:
    return day_in(program.zone, moment)
