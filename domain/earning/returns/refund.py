"""What a refund takes back: what the purchase earned, less what the part of it that is kept would have earned.

Both are judged again in the circumstances of the award, so that caps, counters and rounding come out as they did
then. Every return counts with those before it, so that over any number of them no more is taken than was given,
and all of it once nothing is kept.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from domain.earning.events.event import Event
from domain.earning.facts.circumstances import Circumstances
from domain.earning.judging.because import because_refund
from domain.earning.judging.judge import judge
from domain.earning.returns.returns import Kept, Return, keep
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
    """What one return takes back: points, and of what counts for tiers; both at least 0. `because` says why."""

    points: int
    uncounted: int
    because: str


def refund(circumstances: Circumstances, returns: Sequence[Return], *, award_of: Standing) -> Refund | Refused:
    """What the last of `returns`, all so far in their order, takes back of an award.

    `circumstances` are the award's: its event, programme and tier, and the state before any of its entries. What
    an earlier return took stays taken, also where less is kept that would have earned more (a coupon comes back).
    Where what they give has changed since (a profile has), the part that stays is that of what is kept in what
    they give now; of the money, where they give nothing now. Refuses as `keep` does.
    """
    program, purchase = circumstances.program, circumstances.event
    kept = keep(purchase, returns, program.money)
    if isinstance(kept, Refused):
        return kept
    stays = counts = 0
    if kept.event:
        part = _earned(circumstances, kept.event, award_of)
        whole = _earned(circumstances, purchase, award_of)
        stays = _part(award_of.given, part.points, whole.points, kept)
        counts = _part(award_of.counted, part.counted, whole.counted, kept)
    points = max(award_of.given - stays - award_of.taken, 0)
    uncounted = max(award_of.counted - counts - award_of.uncounted, 0)
    stay = award_of.given - award_of.taken - points
    because = because_refund(program, kept, stays=stay, taken=points, before=award_of.taken)
    return Refund(points, uncounted, because)


class _Earned(NamedTuple):
    points: int
    counted: int


def _earned(circumstances: Circumstances, event: Event, award_of: Standing) -> _Earned:
    """What an event would earn in the entry that is asked for, and count for tiers where that one does."""
    judgement = judge(replace(circumstances, event=event), explain=False)
    which = (award_of.currency, award_of.rule)
    points = sum(one.points for one in judgement.awards if (one.currency, one.rule) == which)
    return _Earned(points, sum(amount for _, amount in judgement.qualifying))


def _part(given: int, part: int, whole: int, kept: Kept) -> int:
    """What stays of what was given; in proportion, rounded up, where the whole would be another now."""
    if whole == given:
        return min(part, given)
    if whole <= 0:
        part, whole = kept.kept or 0, kept.paid or 0
    return min(-(-given * part // whole), given) if whole > 0 else given
