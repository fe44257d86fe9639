"""How much a member's state may come to count under a programme: entries carry it, so it is bounded."""

from collections.abc import Iterator
from itertools import chain

from domain.program.earning import Cap, CapOf, CapPeriod, Period
from domain.program.flaws import Flaw, Flaws
from domain.program.program import Program

MAX_KEPT = 200
KEPT = {"day": 14, "week": 8, "month": 4, "year": 3, "ever": 1}
"""How many periods of each length a count keeps, so that late events still find theirs."""


def check_size(program: Program) -> Flaws:
    """Every counter, streak, challenge, badge and cap of a member's own keeps numbers with each member."""
    kept = sum(_kept(program))
    if kept > MAX_KEPT:
        reason = (
            f"keeps {kept} numbers for each member, and {MAX_KEPT} is the most: a cap or counter keeps 14 a day, "
            "8 a week, 4 a month, 3 a year, 1 for ever, or its last_days; a challenge twice as many"
        )
        yield Flaw((), reason)


def _kept(program: Program) -> Iterator[int]:
    caps = [program.caps, *(rule.caps for rule in program.earning), *(one.caps for one in program.campaigns)]
    yield from map(_of_cap, chain.from_iterable(caps))
    for counter in program.counters:
        yield counter.last_days or KEPT[counter.per.value]
    for challenge in program.challenges:
        # How far it has come, and how often it was reached.
        yield 2 * KEPT[challenge.per.value]
    yield len(program.streaks) + len(program.badges)
    if program.referrals is not None:
        yield 1 + KEPT[Period.EVER] + KEPT[Period.MONTH]


def _of_cap(cap: Cap) -> int:
    counted = cap.of is CapOf.MEMBER and cap.per is not CapPeriod.EVENT
    return KEPT[cap.per.value] if counted else 0
