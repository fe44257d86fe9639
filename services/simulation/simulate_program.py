"""Replay history through a programme and the one in force, and say what would have been otherwise."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from domain.program.program import Program
from domain.simulation.compare import compare
from domain.simulation.report import Report
from domain.simulation.sample import EVERYONE, Sample
from domain.simulation.side import Side, same_history, side_of
from domain.simulation.span import Span
from mongo.faults import Contention
from services.context import Context
from services.simulation.history import History, replay_history

MAX_ATTEMPTS = 3
Hear = Callable[[float], None]
"""Told the part of the work that is done, from 0 to 1; what it raises ends the simulation."""
ReplayBoth = Callable[[tuple[Program, Program], History, Hear], Awaitable[tuple[Side, Side]]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked at: `begin` None: from the first event on; `until` None: up to now."""

    begin: datetime | None = None
    until: datetime | None = None
    sample: Sample = EVERYONE


async def simulate_program(
    context: Context,
    draft: Program,
    wish: Wish,
    hear: Hear = lambda fraction: None,
    *,
    against: Program | None = None,
    replay: ReplayBoth | None = None,
) -> Report:
    """The comparison of the version in force, or `against`, with a draft, over the same history; writes nothing.

    Members begin as the ledger had their tiers and counters at `begin`, without points; budgets begin unused.
    `replay`: how the two sides are replayed; one after the other, in this process, unless it says otherwise.
    Raises Contention when the two kept seeing different events.
    """
    before = against or await context.programs.current()
    history = await _history(context, wish)
    both = replay or _Here(context).replay
    for _ in range(MAX_ATTEMPTS):
        sides = await both((before, draft), history, hear)
        if same_history(sides):
            return compare(
                (before, draft),
                sides,
                span=history.span,
                sample=wish.sample,
                outstanding=await _outstanding(context),
            )
    raise Contention("events kept coming into the past that is simulated")


async def replay_side(
    context: Context, program: Program, history: History, hear: Callable[[int], None], *, segments: bool
) -> Side:
    """One side of a comparison; with `segments` members are told by those of the programme."""
    return side_of(await replay_history(context, program, history, hear), segments=segments)


async def _history(context: Context, wish: Wish) -> History:
    now = context.clock()
    until = min(wish.until or now, now)
    first = await context.events.first_at(wish.begin, until)
    return History(Span(wish.begin, first or wish.begin or until, until), wish.sample, now)


async def _outstanding(context: Context) -> dict[str, int] | None:
    totals = await context.totals.read(context.clock())
    return None if totals is None else {code: one.outstanding for code, one in totals.items()}


class _Here:
    """Both sides in this process, one after the other."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def replay(self, programs: tuple[Program, Program], history: History, hear: Hear) -> tuple[Side, Side]:
        """The two sides."""
        span = history.span
        events = max(await self._context.events.count_within(span.begin, span.until), 1) * len(programs)
        before, after = programs
        one = await replay_side(self._context, before, history, lambda read: hear(read / events), segments=False)
        half = events // 2
        other = await replay_side(
            self._context, after, history, lambda read: hear(min((half + read) / events, 1.0)), segments=True
        )
        return one, other
