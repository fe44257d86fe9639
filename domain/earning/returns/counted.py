"""What an award counted that comes back with it: room under caps and budgets, counters, and ways to challenges."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.earning.events.own import CHALLENGE_REACHED, listens
from domain.earning.facts.periods import keeps, period_of
from domain.earning.judging.budgets import day_of, points_under
from domain.earning.judging.caps import EVERYONE
from domain.earning.judging.challenges import PASSED
from domain.earning.judging.referral import REFERRAL
from domain.ledger.entry import AwardLine, Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.state import Count
from domain.program.earning import CapPeriod
from domain.program.program import Program

_OF_CAPS = ("rule:", "campaign:", "program:")
_STAY = ("streak:", "badge:", REFERRAL)
"""What has been is not undone: how long a streak was, a badge, a friend who came."""
_REACHED = "reached:"
_AWARDS = (EntryKind.EARN, EntryKind.PENDING)
_FIRST_FORMAT = 3


class Counted(NamedTuple):
    """Where something was counted: a counter, or a cap by its id, in a period."""

    counter: str
    period: int


def is_of_caps(count: Count) -> bool:
    """Whether it is room under a cap, of a member or of everyone."""
    return count.counter.startswith(_OF_CAPS)


def is_of_budget(count: Count) -> bool:
    """Whether it is room under a cap of everyone, which stands in no member's state."""
    return is_of_caps(count) and count.counter.endswith(EVERYONE)


def bounds_points(count: Count) -> bool:
    """Whether points are given by it: room, and how often a challenge or a step was reached."""
    return is_of_caps(count) or count.counter.startswith((_REACHED, PASSED))


def counted_by(program: Program, award: Entry) -> tuple[Count, ...]:
    """All that comes back with an award, as it was counted; `program` is the version that gave it.

    A cap's room comes back with the entry whose points used it, anything else with the one that counted it, the
    first of its event. Nothing of entries that were written before counters were known.
    """
    if award.kind not in _AWARDS or award.v < _FIRST_FORMAT:
        return ()
    others = (one for one in award.changes.counts if not is_of_caps(one) and _comes_back(program, one.counter))
    return (*room_used(program, award.occurred_at, award.currency, award.lines), *others)


def room_used(
    program: Program, occurred_at: datetime, currency: str, lines: Sequence[AwardLine]
) -> Iterable[Count]:
    """What lines that an event gave in a currency use under caps, those of everyone too."""
    if not lines:
        return ()
    day = day_of(program, occurred_at)
    return tuple(
        Count(limit.id, period_of(limit.per, day), points, keeps(limit.per))
        for limit, points in points_under(program, [(currency, lines)]).items()
        if limit.per is not CapPeriod.EVENT
    )


def _comes_back(program: Program, counter: str) -> bool:
    if counter.startswith(_STAY):
        return False
    # A voucher that was given for a challenge is not taken back, nor is what rules gave for hearing of it: it is
    # not to be reached for another one.
    code = counter.removeprefix(_REACHED)
    if code == counter:
        return True
    rewarded = any(one.code == code and one.reward for one in program.challenges)
    return not (rewarded or listens(program, CHALLENGE_REACHED))
