"""What a reversal gives back of what an award used: room under caps, and what counters and challenges counted.

It follows from the entry alone, and from the version of the programme that its lines name. What goes back of each
is in proportion to the points, and over any number of reversals never more than was used.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from domain.earning.caps import EVERYONE, Limit
from domain.earning.own import CHALLENGE_REACHED, listens
from domain.earning.periods import keeps, period_of
from domain.earning.plan import plan_of
from domain.ledger.entry import AwardLine, Entry
from domain.ledger.reversals import given
from domain.ledger.state import Count
from domain.program.program import Program

_STAYS = ("streak:", "badge:", "referral")
"""What is never taken back: it was told to the member, or to others, and others may have been given for it."""
_REACHED = "reached:"


def give_room_back(
    program: Program, award: Entry, taken: int, *, before: int = 0, whole: bool = False
) -> tuple[Count, ...]:
    """Counts below zero for a reversal that asks for `taken` points of an award, `before` by earlier ones.

    Caps go by the lines of this entry; counters and challenges by what it counted, which is in the first entry of
    an event. `whole`: nothing of the event stands any more, which only an award of no points does not tell itself.
    """
    counts = (*_of_caps(program, award), *_of_counters(program, award))
    backs = ((count, _part(award, count.amount, taken, before, whole=whole)) for count in counts)
    return tuple(count._replace(amount=-back) for count, back in backs if back > 0)


def shared_use(
    program: Program, currency: str, occurred_at: datetime, lines: Iterable[AwardLine]
) -> dict[str, int]:
    """How many points lines of an event at that time count in each budget: by "<cap id>|<period>"."""
    day = occurred_at.astimezone(program.zone).date()
    used: dict[str, int] = {}
    for limit, points in _used(program, currency, lines):
        if limit.shared:
            budget = f"{limit.id}|{period_of(limit.per, day)}"
            used[budget] = used.get(budget, 0) + points
    return used


def give_budgets_back(program: Program, award: Entry, taken: int, *, before: int = 0) -> dict[str, int]:
    """The points that each budget gets back for a reversal that asks for `taken` points of an award."""
    used = shared_use(program, award.currency, award.occurred_at, award.lines)
    backs = {budget: _part(award, points, taken, before, whole=False) for budget, points in used.items()}
    return {budget: back for budget, back in backs.items() if back > 0}


def room_then(program: Program, awards: Iterable[Entry]) -> dict[str, int]:
    """What was left of the caps of everyone that cut lines of these entries, which are all of one event.

    So the event is judged again as it was; a cap that left a line nothing is not told by any.
    """
    tight: set[str] = set()
    used: dict[str, int] = {}
    for award in awards:
        tight.update(cap for line in award.lines for cap in line.caps if cap.endswith(EVERYONE))
        for limit, points in _used(program, award.currency, award.lines):
            used[limit.id] = used.get(limit.id, 0) + points
    return {cap: used.get(cap, 0) for cap in tight}


def _of_caps(program: Program, award: Entry) -> Iterator[Count]:
    day = award.occurred_at.astimezone(program.zone).date()
    used: dict[Limit, int] = {}
    for limit, points in _used(program, award.currency, award.lines):
        if limit.is_counted:
            used[limit] = used.get(limit, 0) + points
    for limit, points in used.items():
        yield Count(limit.id, period_of(limit.per, day), points, keeps(limit.per))


def _used(program: Program, currency: str, lines: Iterable[AwardLine]) -> Iterator[tuple[Limit, int]]:
    plan = plan_of(program)
    for line in lines:
        for limit in plan.limits_of_line(line.rule, currency):
            yield limit, line.points


def _of_counters(program: Program, award: Entry) -> Iterator[Count]:
    for count in award.changes.counts:
        if "/" in count.counter or count.counter.startswith(_STAYS):
            continue
        if not (count.counter.startswith(_REACHED) and _was_told(program, count.counter.removeprefix(_REACHED))):
            yield count


def _was_told(program: Program, challenge: str) -> bool:
    """Whether reaching a challenge has given something that no reversal of the event takes back."""
    rewards = {one.code: one.reward for one in program.challenges}
    return rewards.get(challenge) is not None or listens(program, CHALLENGE_REACHED)


def _part(award: Entry, amount: int, taken: int, before: int, *, whole: bool) -> int:
    """What goes back now: what should be back after this reversal, less what was after the earlier ones."""
    points = given(award)
    if points <= 0:
        return amount if whole else 0
    return amount * min(before + taken, points) // points - amount * min(before, points) // points
