"""What stays of an award while a part of its purchase is kept: of points, of what qualifies, of all it counted."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from domain.earning.events.event import Event
from domain.earning.facts.circumstances import Circumstances
from domain.earning.judging.judge import judge
from domain.earning.returns.counted import Counted, is_of_caps, room_used
from domain.earning.returns.returns import Kept


class Earned(NamedTuple):
    """What an event earns in one entry, and counts for tiers; `counts`: all that it counts, and what the entry's
    own lines use under caps, those of everyone too."""

    points: int
    qualifies: int
    counts: Mapping[Counted, int]


class Stays(NamedTuple):
    """`whole` is what the purchase earns, judged again, and `part` what is kept of it; None: nothing is kept."""

    kept: Kept
    whole: Earned | None
    part: Earned | None

    @staticmethod
    def judged(circumstances: Circumstances, kept: Kept, *, currency: str, rule: str | None) -> "Stays":
        """What is kept of a purchase, in the entry of that currency and rule."""
        if kept.event is None:
            return Stays(kept, None, None)
        events = (circumstances.event, kept.event)
        whole, part = (_earned(circumstances, event, currency, rule) for event in events)
        return Stays(kept, whole, part)

    def points(self, given: int) -> int:
        """How many of the points that were given."""
        if self.whole is None or self.part is None:
            return 0
        return _part(given, self.part.points, self.whole.points, self.kept)

    def qualifies(self, counted: int) -> int:
        """How much of what counted for tiers."""
        if self.whole is None or self.part is None:
            return 0
        return _part(counted, self.part.qualifies, self.whole.qualifies, self.kept)

    def counts(self, what: Counted, amount: int) -> int:
        """How much of what was counted there."""
        if self.whole is None or self.part is None:
            return 0
        return _part(amount, self.part.counts.get(what, 0), self.whole.counts.get(what, 0), self.kept)


def _earned(circumstances: Circumstances, event: Event, currency: str, rule: str | None) -> Earned:
    judgement = judge(replace(circumstances, event=event), explain=False)
    awards = [one for one in judgement.awards if (one.currency, one.rule) == (currency, rule)]
    lines = [line for one in awards for line in one.lines]
    used = room_used(circumstances.program, event.occurred_at, currency, lines)
    counts = {Counted(*count[:2]): count.amount for count in judgement.counts if not is_of_caps(count)}
    counts |= {Counted(*count[:2]): count.amount for count in used}
    return Earned(sum(one.points for one in awards), sum(amount for _, amount in judgement.qualifying), counts)


def _part(given: int, part: int, whole: int, kept: Kept) -> int:
    """What stays of what was given; in proportion, rounded up, where the whole would be another now."""
    if whole == given:
        return min(part, given)
    if whole <= 0:
        part, whole = kept.kept or 0, kept.paid or 0
    return min(-(-given * part // whole), given) if whole > 0 else given
