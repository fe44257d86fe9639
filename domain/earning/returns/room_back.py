"""The room that an award took under caps, and what it counted, come back when the award is taken back.

With a refund by what was returned: what the award counted, less what the kept part would have counted. With a
reversal by staff, of which only points are known, a share of what is left. Each reversal says in its counts what
it gives back, to budgets too, though no state counts these: so the next one gives back no more than what is left,
and all of it once nothing of the award stays.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from domain.earning.returns.counted import Counted, bounds_points, counted_by, is_of_budget
from domain.earning.returns.refund import Refund
from domain.ledger.entry import AwardLine, Draft, Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.reversals import given
from domain.ledger.state import Changes, Count
from domain.program.program import Program


def asked_by(lines: Iterable[AwardLine]) -> int:
    """How many points of its award a reversal with these lines asks for, whether or not they could be had."""
    return -sum(line.points for line in lines if line.points < 0)


def with_room_back(draft: Draft, counts: tuple[Count, ...]) -> Draft:
    """A reversal that gives back what its award counted."""
    return replace(draft, changes=replace(draft.changes, counts=counts)) if counts else draft


def counts_back(
    program: Program, award: Entry, naming: Iterable[Entry], due: Refund, *, asked: int
) -> tuple[Count, ...]:
    """What a refund gives back of what the award counted, by what is kept of its order.

    `naming`: the entries so far that name the award, oldest first. `asked`: the points that the refund asks for;
    of others, which are set aside, room comes back only with them. `program` is the version that gave the award.
    """

    def part(own: Count, left: int) -> int:
        back = max(left - due.stays.counts(Counted(*own[:2]), own.amount), 0)
        return back * asked // due.points if asked < due.points and bounds_points(own) else back

    return _back(program, award, _reversals(naming), part)


def share_back(program: Program, award: Entry, naming: Iterable[Entry], *, asked: int) -> tuple[Count, ...]:
    """What a reversal by staff of `asked` points gives back: of what is left, the share of the points left."""
    reversals = _reversals(naming)
    rest = given(award) - sum(asked_by(one.lines) for one in reversals)
    return _back(program, award, reversals, lambda own, left: left * min(asked, rest) // rest if rest > 0 else 0)


def budgets_back(changes: Changes) -> dict[str, int]:
    """How many points a reversal gives back to budgets, by their ids."""
    counts = [count for count in changes.counts if count.amount < 0 and is_of_budget(count)]
    return {f"{count.counter}|{count.period}": -count.amount for count in counts}


def _reversals(naming: Iterable[Entry]) -> list[Entry]:
    return [one for one in naming if one.kind is EntryKind.REVERSE]


def _back(
    program: Program, award: Entry, reversals: Sequence[Entry], part: Callable[[Count, int], int]
) -> tuple[Count, ...]:
    """What goes back of each count, told how much of it is left. Budgets are named even where nothing does."""
    counted = counted_by(program, award)
    before = _given_back(counted, award, reversals) if reversals else {}
    back = [own._replace(amount=-part(own, own.amount - before.get(Counted(*own[:2]), 0))) for own in counted]
    return tuple(count for count in back if count.amount or is_of_budget(count))


def _given_back(counted: Sequence[Count], award: Entry, reversals: Sequence[Entry]) -> dict[Counted, int]:
    back: Counter[Counted] = Counter()
    before = 0
    for reversal in reversals:
        after = before + asked_by(reversal.lines)
        counts = reversal.changes.counts
        if not any(map(is_of_budget, counts)):
            counts = (*counts, *_unsaid(counted, award, before, after))
        for count in counts:
            back[Counted(*count[:2])] -= count.amount
        before = after
    return back


def _unsaid(counted: Sequence[Count], award: Entry, before: int, after: int) -> Iterator[Count]:
    """What a reversal gave back to budgets that was written before reversals said so: a share by points."""
    for own in filter(is_of_budget, counted):
        yield own._replace(amount=own.amount * before // given(award) - own.amount * after // given(award))
