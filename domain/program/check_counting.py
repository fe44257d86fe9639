"""What counters and streaks must hold."""

from domain.program.check_expression import a_condition, a_name
from domain.program.earning import Period
from domain.program.engagement import Counter, Streak
from domain.program.flaws import Flaw, Flaws, Path, a_text, between, event_types, unique
from domain.program.program import Program
from domain.rules import Scope

MAX_LAST_DAYS = 92
MAX_GRACE = 31
RESERVED = ("referral",)
"""What a member's state counts under names of its own; all others of ours have a sign that no name has."""
_IN_A_ROW = (Period.DAY, Period.WEEK, Period.MONTH)


def check_counting(program: Program) -> Flaws:
    """Every flaw of counters and streaks."""
    for index, counter in enumerate(program.counters):
        yield from _check_counter(("counters", index), counter, program)
    yield from unique((("counters", i, "code"), one.code) for i, one in enumerate(program.counters))
    for index, streak in enumerate(program.streaks):
        yield from _check_streak(("streaks", index), streak, program)
    yield from unique((("streaks", i, "code"), one.code) for i, one in enumerate(program.streaks))


def some_events(at: Path, types: tuple[str, ...]) -> Flaws:
    """At least one type of event."""
    if not types:
        yield Flaw(at, "must name at least one type of event, such as purchase")
    yield from event_types(at, types)


def _check_counter(at: Path, counter: Counter, program: Program) -> Flaws:
    yield from a_name((*at, "code"), counter.code)
    if counter.code in RESERVED:
        yield Flaw((*at, "code"), f"{counter.code} is a name of our own: take another")
    yield from some_events((*at, "on"), counter.on)
    yield from a_condition((*at, "when"), counter.when, Scope.EVENT, program)
    yield from a_condition((*at, "lines"), counter.lines, Scope.LINE, program)
    yield from between((*at, "last_days"), counter.last_days, 1, MAX_LAST_DAYS)
    if counter.last_days is not None and counter.per is not Period.EVER:
        yield Flaw((*at, "per"), "goes not with last_days: a counter goes by a period or by so many days")


def _check_streak(at: Path, streak: Streak, program: Program) -> Flaws:
    yield from a_name((*at, "code"), streak.code)
    yield from a_text((*at, "name"), streak.name)
    yield from some_events((*at, "on"), streak.on)
    yield from a_condition((*at, "when"), streak.when, Scope.EVENT, program)
    yield from between((*at, "grace"), streak.grace, 0, MAX_GRACE)
    if streak.per not in _IN_A_ROW:
        yield Flaw((*at, "per"), f"must be day, week or month, is {streak.per.value}")
