"""Caps: how much of a line they leave, and what it counts under them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from domain.earning.facts.periods import keeps
from domain.earning.facts.recorded import amount_in, too_late
from domain.earning.judging.judgement import MissReason
from domain.earning.judging.missed import Missed
from domain.ledger.state import Count
from domain.program.earning import Cap, CapOf, CapPeriod

if TYPE_CHECKING:
    from domain.earning.facts.known import Known

EVERYONE = "/everyone"
"""How the id of a cap ends that counts everyone's points together."""
_A = {
    CapPeriod.EVENT: "an event",
    CapPeriod.DAY: "a day",
    CapPeriod.WEEK: "a week",
    CapPeriod.MONTH: "a month",
    CapPeriod.YEAR: "a year",
    CapPeriod.EVER: "in all",
}


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """A cap made ready: its `id` names it in states, budgets and award lines. A programme has one of each.

    `is_counted`: the member's state counts it.
    """

    id: str
    points: int
    per: CapPeriod
    shared: bool
    says: str
    is_counted: bool


class Cut(NamedTuple):
    """What caps leave of a line: `points`, those that left less, and of them in words the one that left least."""

    points: int
    limits: tuple[Limit, ...] = ()
    says: str = ""

    @property
    def missed(self) -> Missed:
        """Why there is no line, where nothing is left of it."""
        return Missed(MissReason.CAP, lambda _: f"{self.says}: nothing is left")


def limits_of(owner: str, by: str, caps: Iterable[Cap], currency: str, default: str) -> tuple[Limit, ...]:
    """The caps for points of one currency among those of a rule, campaign or programme.

    `owner` begins their ids: "rule:<code>", "campaign:<code>", "program:<currency>". `default`: the currency of a
    cap that names none.
    """
    return tuple(_limit(owner, by, cap) for cap in caps if (cap.currency or default) == currency)


def _limit(owner: str, by: str, cap: Cap) -> Limit:
    shared = cap.of is CapOf.EVERYONE
    everyone = " for everyone" if shared else ""
    id = f"{owner}/{cap.per}{EVERYONE if shared else ''}"
    says = f"no more than {cap.points} {_A[cap.per]}{everyone} by {by}"
    return Limit(id, cap.points, cap.per, shared, says, not (shared or cap.per is CapPeriod.EVENT))


class Room:
    """What is left under caps while one event is judged: each line takes its own at once."""

    def __init__(self, known: "Known") -> None:
        self._known = known
        self._left: dict[Limit, int] = {}
        self._before_first: dict[Limit, int] = {}

    def cut(self, limits: tuple[Limit, ...], wanted: int) -> Cut:
        """How much of a line caps leave, which counts under all of them from now on."""
        cut = self.look(limits, wanted)
        points = cut.points
        if points > 0:
            left_of, before_first = self._left, self._before_first
            for limit in limits:
                left = left_of[limit]
                if limit not in before_first:
                    before_first[limit] = left
                left_of[limit] = left - points
        return cut

    def look(self, limits: tuple[Limit, ...], wanted: int) -> Cut:
        """How much of a line caps would leave, which counts under none of them."""
        points, says = wanted, ""
        tight: tuple[Limit, ...] = ()
        left_of = self._left
        for limit in limits:
            left = left_of.get(limit)
            if left is None:
                left = left_of[limit] = self._before(limit)
            if left < wanted:
                tight += (limit,)
                if left < points or not says:
                    points, says = left, limit.says
        return Cut(points, tight, says)

    def after(self, lines: Iterable[tuple[tuple[Limit, ...], int]]) -> "Room":
        """What would be left when lines of so many points under these caps had taken theirs; this stays."""
        room = Room(self._known)
        room._left.update(self._left)
        for limits, wanted in lines:
            room.cut(limits, wanted)
        return room

    def counts(self) -> tuple[Count, ...]:
        """What counts in the member's state."""
        return tuple(
            Count(limit.id, self._known.period(limit.per), before - self._left[limit], keeps(limit.per))
            for limit, before in self._before_first.items()
            if limit.is_counted
        )

    def _before(self, limit: Limit) -> int:
        """What was left under a cap before the event, from 0."""
        if limit.shared:
            return max(min(self._known.circumstances.room.get(limit.id, limit.points), limit.points), 0)
        if not limit.is_counted:
            return limit.points
        period, buckets = self._known.period(limit.per), self._known.state.counters.get(limit.id, ())
        if too_late(buckets, period, keeps(limit.per)):
            return 0
        return max(limit.points - amount_in(buckets, period), 0)
