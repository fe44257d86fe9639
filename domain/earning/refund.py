"""What a refund takes back: what the purchase earned, less what the part of it that is kept would have earned.

The purchase is judged again by the programme's version and the tier of its award, so that caps and rounding come
out as they did then. Every return counts with those before it, so that over any number of them no more is taken
than was given, and all of it once nothing is kept.
"""

from collections.abc import Sequence
from typing import NamedTuple

from domain.earning.award import award
from domain.earning.because import because_refund
from domain.earning.event import Event
from domain.earning.qualifying import qualifying
from domain.earning.returns import Return, keep
from domain.program.levels import Tier
from domain.program.program import Program
from domain.refusals import Refused


class Standing(NamedTuple):
    """One currency of a purchase's award: points given, and of them taken back by earlier reversals; what it
    counted for tiers, and of that what no longer counts."""

    currency: str
    given: int
    taken: int = 0
    counted: int = 0
    uncounted: int = 0


class Refund(NamedTuple):
    """What one return takes back: points, and of what counts for tiers; both at least 0. `because` says why."""

    points: int
    uncounted: int
    because: str


def refund(
    program: Program, purchase: Event, returns: Sequence[Return], *, tier: Tier, award_of: Standing
) -> Refund | Refused:
    """What the last of `returns`, which are all so far in their order, takes back of an award.

    `program` and `tier` are those of the award. What an earlier return took stays taken, also where less is kept
    that would have earned more (a coupon comes back). Refuses as `keep` does.
    """
    kept = keep(purchase, returns, program.money)
    if isinstance(kept, Refused):
        return kept
    awards = award(program, kept.event, tier=tier) if kept.event else ()
    stays = sum(one.points for one in awards if one.currency == award_of.currency)
    counts = qualifying(program, kept.event, awards) if kept.event else ()
    points = max(award_of.given - stays - award_of.taken, 0)
    uncounted = max(award_of.counted - sum(amount for _, amount in counts) - award_of.uncounted, 0)
    because = because_refund(
        program, kept, stays=award_of.given - award_of.taken - points, taken=points, before=award_of.taken
    )
    return Refund(points, uncounted, because)
