"""What the state has of counters and streaks, as expressions read it."""

from collections.abc import Sequence
from datetime import date

from domain.earning.facts.periods import keeps, period_of, running
from domain.ledger.state import Bucket, State
from domain.program.earning import Period
from domain.program.engagement import Counter, Streak


def counter_value(counter: Counter, state: State, day: date) -> int:
    """What a counter has on a day: in the period that the day is in, or in its last days up to it."""
    if counter.last_days is None:
        return amount_in(state.counters.get(counter.code, ()), period_of(counter.per, day))
    last = day.toordinal()
    first = last - counter.last_days
    return sum(amount for on, amount in state.counters.get(counter.code, ()) if first < on <= last)


def counter_keeps(counter: Counter) -> tuple[Period, int]:
    """The period by which a counter counts, and how many of them it keeps."""
    if counter.last_days is None:
        return counter.per, keeps(counter.per)
    return Period.DAY, counter.last_days


def streak_value(streak: Streak, state: State, day: date) -> int:
    """How long a streak is on a day; 0 when more was missed before it than its grace."""
    bucket = streak_bucket(streak, state)
    if bucket is None or running(streak.per, day) - bucket.period - 1 > streak.grace:
        return 0
    return bucket.amount


def streak_bucket(streak: Streak, state: State) -> Bucket | None:
    """The last period that had such an event, by its running number, with the length of the streak then."""
    buckets = state.counters.get(f"streak:{streak.code}", ())
    return buckets[-1] if buckets else None


def too_late(buckets: Sequence[Bucket], period: int, keep: int) -> bool:
    """Whether a period is older than all that a counter keeps, so that what it had there is not known."""
    return len(buckets) >= keep and period < buckets[0].period


def amount_in(buckets: Sequence[Bucket], period: int) -> int:
    """What buckets, the newest of which stands last, have of a period."""
    for bucket in reversed(buckets):
        if bucket.period <= period:
            return bucket.amount if bucket.period == period else 0
    return 0
