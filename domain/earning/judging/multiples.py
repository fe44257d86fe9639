"""What multipliers add: so many times what other rules gave, less once."""

from collections.abc import Iterable

from domain.earning.facts.known import Known
from domain.earning.facts.money_counted import counted
from domain.earning.judging.because import Ratio, because_multiple
from domain.earning.judging.forms import Given
from domain.earning.judging.judgement import MissReason
from domain.earning.judging.missed import Missed, failed, nothing_of
from domain.earning.judging.rounding import rounded
from domain.earning.planning.planned import PlannedRule
from domain.rules import Failed

_NONE: Ratio = (0, 1)
_NOTHING = Missed(MissReason.NOTHING, lambda _: "no rule that it multiplies gave anything")
Fired = tuple[PlannedRule, int]
"""A rule that is no multiplier, and what it gave after caps."""


def multiply(known: Known, planned: PlannedRule, fired: Iterable[Fired]) -> Given | Missed:
    """What a multiplier adds to what rules of its currency gave.

    With an expression of `lines` it multiplies the part that stands for those lines: of points for money by the
    money counted, of points a unit by the units. What was given for no line in particular has no such part.
    """
    bases = [
        (base, points)
        for base, points in fired
        if base.currency == planned.currency and (not planned.of or base.rule.code in planned.of)
    ]
    if not bases:
        return _NOTHING
    whole = sum([points for _, points in bases])
    part: Ratio = (whole, 1)
    if planned.lines is not None:
        matching = known.matching(planned.lines)
        if isinstance(matching, Failed):
            return failed(matching.reason)
        places = {id(line) for line in matching}
        part = _sum([_share(known, base, points, places) for base, points in bases])
    over, under = planned.more.numerator * part[0], planned.more.denominator * part[1]
    points = rounded(over, under, planned.rule.rounding)
    if points <= 0:
        return nothing_of(planned.lines)
    return Given(planned, points, lambda: because_multiple(planned, whole, part, (over, under), points))


def _sum(parts: Iterable[Ratio]) -> Ratio:
    over, under = _NONE
    for above, below in parts:
        over, under = over * below + above * under, under * below
    return over, under


def _share(known: Known, base: PlannedRule, points: int, places: set[int]) -> Ratio:
    """What of the points that a rule gave stands for some lines, from none to all."""
    lines = known.lines(base.lines)
    if isinstance(lines, Failed):
        return _NONE
    both = [line for line in lines if id(line) in places]
    if base.rate is not None and known.basket is not None:
        of = counted(known.basket, base.rate, both)
        all_ = counted(known.basket, base.rate, None if base.lines is None else lines)
        # Below nothing by coupons among them, above all by coupons among the others.
        over, under = of.number * all_.scale, of.scale * all_.number
        return points * min(max(over, 0), under), under
    if base.rule.each_unit:
        return points * sum([line.quantity for line in both]), sum([line.quantity for line in lines])
    return _NONE
