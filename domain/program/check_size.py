"""How much a member's state may come to count under a programme: entries carry it, so it is bounded."""

from collections.abc import Iterator
from itertools import chain

from domain.earning.facts.periods import keeps
from domain.program.earning import Cap, CapOf, CapPeriod, Period
from domain.program.engagement import Counts
from domain.program.flaws import Flaw, Flaws
from domain.program.program import Program

MAX_KEPT = 200


def check_size(program: Program) -> Flaws:
    """Every counter, streak, challenge, badge and cap of a member's own keeps numbers with each member."""
    kept = sum(_kept(program))
    if kept > MAX_KEPT:
        reason = (
            f"keeps {kept} numbers for each member, and {MAX_KEPT} is the most: a cap or counter keeps 14 a day, "
            "8 a week, 4 a month, 3 a year, 1 for ever, or its last_days; a challenge twice as many, "
            "with steps thrice, and what counts days 14 more"
        )
        yield Flaw((), reason)


def _kept(program: Program) -> Iterator[int]:
    caps = [program.caps, *(rule.caps for rule in program.earning), *(one.caps for one in program.campaigns)]
    yield from map(_of_cap, chain.from_iterable(caps))
    for counter in program.counters:
        yield (counter.last_days or keeps(counter.per)) + _days(counter.counts)
    for challenge in program.challenges:
        # How far it has come, how often it was reached, and how many steps were passed.
        yield (3 if challenge.steps else 2) * keeps(challenge.per) + _days(challenge.counts)
    yield len(program.streaks) + len(program.badges)
    if program.referrals is not None:
        yield 1 + keeps(Period.EVER) + keeps(Period.MONTH)


def _days(counts: Counts) -> int:
    """What counts a day once marks the days that it has counted."""
    return keeps(Period.DAY) if counts is Counts.DAYS else 0


def _of_cap(cap: Cap) -> int:
    counted = cap.of is CapOf.MEMBER and cap.per is not CapPeriod.EVENT
    return keeps(cap.per) if counted else 0
