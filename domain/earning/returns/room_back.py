"""The room that an award took under caps, and what it counted, come back when the award is taken back.

In proportion, by all that reversals have asked for so far: so that over any number of them no more comes back than
was taken, and all of it with the last point.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from domain.earning.events.own import CHALLENGE_REACHED, listens
from domain.earning.facts.periods import keeps, period_of
from domain.earning.judging.budgets import Budget, day_of, points_under, used_of
from domain.earning.judging.referral import REFERRAL
from domain.ledger.entry import AwardLine, Draft, Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.reversals import given
from domain.ledger.state import Count
from domain.program.program import Program

_OF_CAPS = ("rule:", "campaign:", "program:")
_STAY = ("streak:", "badge:", REFERRAL)
"""What has been is not undone: how long a streak was, a badge, a friend who came."""
_REACHED = "reached:"
_AWARDS = (EntryKind.EARN, EntryKind.PENDING)


class Asked(NamedTuple):
    """How much of `all` points of an award reversals have asked for `before` this one, and `after` it."""

    all: int
    before: int
    after: int

    @staticmethod
    def of(award: Entry, before: int, lines: Iterable[AwardLine], *, whole: bool = False) -> "Asked":
        """What a reversal with these lines asks for. `whole`: nothing is kept of what the award was for, which
        says it of an award that gave no points."""
        points = given(award)
        if not points:
            return Asked(1, 0, int(whole))
        return Asked(points, before, min(before - sum(line.points for line in lines if line.points < 0), points))

    def share(self, amount: int) -> int:
        """What of an amount goes with this reversal."""
        return amount * self.after // self.all - amount * self.before // self.all


def with_room_back(draft: Draft, program: Program, award: Entry, before: int, *, whole: bool = False) -> Draft:
    """A reversal that gives back what its award counted in the member's state. `program`: the award's.

    `before`: how many points earlier reversals asked for; `whole` as `Asked.of` has it.
    """
    counts = counts_back(program, award, Asked.of(award, before, draft.lines, whole=whole))
    return replace(draft, changes=replace(draft.changes, counts=counts)) if counts else draft


def counts_back(program: Program, award: Entry, asked: Asked) -> tuple[Count, ...]:
    """What goes from the member's caps and counters.

    A cap's room comes back with the entry whose points used it, anything else with the one that counted it.
    """
    if award.kind not in _AWARDS:
        return ()
    day = day_of(program, award.occurred_at)
    found = [
        Count(limit.id, period_of(limit.per, day), points, keeps(limit.per))
        for limit, points in points_under(program, [(award.currency, award.lines)]).items()
        if limit.is_counted
    ]
    found += [count for count in award.changes.counts if _comes_back(program, count.counter)]
    back = [count._replace(amount=-asked.share(count.amount)) for count in found]
    return tuple(count for count in back if count.amount)


def budgets_back(program: Program, award: Entry, asked: Asked) -> dict[Budget, int]:
    """What goes back to budgets of everyone."""
    uses = used_of(program, award.occurred_at, [(award.currency, award.lines)])
    back = {budget: asked.share(points) for budget, points in uses.items()}
    return {budget: points for budget, points in back.items() if points}


def _comes_back(program: Program, counter: str) -> bool:
    if counter.startswith((*_OF_CAPS, *_STAY)):
        return False
    # A voucher that was given for a challenge is not taken back, nor is what rules gave for hearing of it: it is
    # not to be reached for another one.
    code = counter.removeprefix(_REACHED)
    if code == counter:
        return True
    rewarded = any(one.code == code and one.reward for one in program.challenges)
    return not (rewarded or listens(program, CHALLENGE_REACHED))
