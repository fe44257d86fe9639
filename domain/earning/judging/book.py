"""What is found while one event is judged: lines cut by their caps, counts, and what was missing."""

from collections.abc import Callable

from domain.earning.facts.known import Known
from domain.earning.facts.names import Input
from domain.earning.judging.because import because_cut
from domain.earning.judging.caps import Limit, Room
from domain.earning.judging.judgement import Award, Judgement, Miss
from domain.earning.judging.missed import Missed
from domain.ledger.entry import AwardLine
from domain.ledger.state import MAX_POINTS, Count

_TOO_MANY = MAX_POINTS + 1
"""More than any account can hold, and no more than a store: an award of them is refused, unless caps cut it."""


class Book:
    """Filled line by line. `explain`: whether to note why rules gave nothing; failures are always noted."""

    def __init__(self, known: Known, *, explain: bool) -> None:
        self._known = known
        self.explains = explain
        self.room = Room(known)
        self._lines: dict[tuple[str, str | None], list[AwardLine]] = {}
        self._misses: list[Miss] = []
        self._counts: list[Count] = []
        self.reached: list[str] = []
        self.badges: list[str] = []

    def give(
        self,
        rule: str,
        currency: str,
        points: int,
        because: Callable[[], str],
        limits: tuple[Limit, ...],
        *,
        own: str | None = None,
        inputs: tuple[Input, ...] = (),
    ) -> int:
        """Notes a line of what its caps leave of `points`, and says how many; none of a line without any."""
        points = min(points, _TOO_MANY)
        cut = self.room.cut(limits, points)
        if cut.points <= 0:
            self.miss(rule, cut.missed)
            return 0
        version = self._known.plan.version
        if cut.limits:
            caps = tuple(limit.id for limit in cut.limits)
            text = because() + because_cut(cut, points)
            line = AwardLine(rule, version, cut.points, text, inputs, points, caps)
        else:
            line = AwardLine(rule, version, cut.points, because(), inputs)
        self._lines.setdefault((currency, own), []).append(line)
        return cut.points

    def miss(self, rule: str, missed: Missed) -> None:
        """Notes that a rule gave nothing."""
        if self.explains or missed.is_failure:
            self._misses.append(Miss(rule, missed.reason, missed.says(self._known)))

    def count(self, counter: str, period: int, amount: int, keep: int = 1) -> None:
        """Notes what the event counts."""
        self._counts.append(Count(counter, period, amount, keep))

    @property
    def counted(self) -> tuple[Count, ...]:
        """What the event counts so far, caps aside."""
        return tuple(self._counts)

    def awards(self) -> tuple[Award, ...]:
        """Each currency's common award and then those of rules with an entry of their own."""
        return tuple(
            Award(currency, sum([line.points for line in lines]), tuple(lines), own)
            for (currency, own), lines in sorted(self._lines.items(), key=self._turn)
        )

    def judgement(self, awards: tuple[Award, ...], qualifying: tuple[tuple[str, int], ...]) -> Judgement:
        """All of it, with what counts for tiers."""
        return Judgement(
            awards,
            (*self.room.counts(), *self._counts),
            tuple(self._misses),
            tuple(self.reached),
            tuple(self.badges),
            qualifying,
        )

    def _turn(self, item: tuple[tuple[str, str | None], list[AwardLine]]) -> tuple[int, bool]:
        (currency, own), _ = item
        return self._known.plan.currencies.index(currency), own is not None
