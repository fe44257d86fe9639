"""What a refund takes back: what the purchase earned, less what the part of it that is kept would have earned.

Both are judged again in the circumstances of the award, so that caps, counters and rounding come out as they did
then. Every return counts with those before it, so that over any number of them no more is taken than was given,
and all of it once nothing is kept.
"""

from collections.abc import Sequence
from typing import NamedTuple

from domain.earning.facts.circumstances import Circumstances
from domain.earning.judging.because import because_refund
from domain.earning.returns.returns import Return, keep
from domain.earning.returns.stays import Stays
from domain.refusals import Refused


class Standing(NamedTuple):
    """One entry of a purchase's: points given, and of them taken back by earlier reversals; what it counted for
    tiers, and of that what no longer counts. `rule`: whose own entry it is; None: the currency's common one."""

    currency: str
    given: int
    taken: int = 0
    counted: int = 0
    uncounted: int = 0
    rule: str | None = None


class Refund(NamedTuple):
    """What one return takes back: points, and of what counts for tiers; both at least 0. `because` says why.

    `stays` tells what stays of anything that the award counted.
    """

    points: int
    uncounted: int
    because: str
    stays: Stays


def refund(circumstances: Circumstances, returns: Sequence[Return], *, award_of: Standing) -> Refund | Refused:
    """What the last of `returns`, all so far in their order, takes back of an award.

    `circumstances` are the award's: its event, programme and tier, and the state before any of its entries. What
    an earlier return took stays taken, also where less is kept that would have earned more (a coupon comes back).
    Where what they give has changed since (a profile has), the part that stays is that of what is kept in what
    they give now; of the money, where they give nothing now. Refuses as `keep` does.
    """
    program = circumstances.program
    kept = keep(circumstances.event, returns, program.money)
    if isinstance(kept, Refused):
        return kept
    stays = Stays.judged(circumstances, kept, currency=award_of.currency, rule=award_of.rule)
    points = max(award_of.given - stays.points(award_of.given) - award_of.taken, 0)
    uncounted = max(award_of.counted - stays.qualifies(award_of.counted) - award_of.uncounted, 0)
    stay = award_of.given - award_of.taken - points
    because = because_refund(program, kept, stays=stay, taken=points, before=award_of.taken)
    return Refund(points, uncounted, because, stays)
