"""Challenges: how far an event brings the member, and what reaching a step or the goal gives."""

from dataclasses import dataclass
from datetime import date

from domain.earning.facts.known import Known
from domain.earning.facts.periods import keeps, period_of
from domain.earning.facts.recorded import too_late
from domain.earning.judging.because import because_reached
from domain.earning.judging.book import Book
from domain.earning.judging.counting import amount_of, first_of_day
from domain.earning.planning.gates import shut
from domain.earning.planning.planned import PlannedChallenge
from domain.ledger.state import State
from domain.program.engagement import Challenge, Counts

PASSED = "passed:"
"""How the counter of a challenge's steps begins that were passed in a period, through all times."""
MAX_NAMED = 1_000
"""How often one event names a challenge that it reaches again and again; all times are counted."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far a member is with a challenge in a period: `done` of its goal, after reaching it `reached` times.

    One that can be reached no more stands at its goal.
    """

    done: int
    reached: int


def way_of(challenge: Challenge, state: State, day: date) -> Way:
    """How far a state has come on a day of the programme."""
    period = period_of(challenge.per, day)
    total = state.counted(f"challenge:{challenge.code}", period)
    reached = state.counted(f"reached:{challenge.code}", period)
    if challenge.repeats is not None and reached >= challenge.repeats:
        return Way(challenge.goal, reached)
    return Way(max(total - reached * challenge.goal, 0), reached)


def go_on(known: Known, book: Book) -> None:
    """Every challenge that the event is for."""
    for planned in known.plan.challenges.get(known.event.type, ()):
        _go_on(known, book, planned)


def _go_on(known: Known, book: Book, planned: PlannedChallenge) -> None:
    challenge, name = planned.challenge, planned.counting.name
    missed = shut(known, planned.gates) if planned.gates else None
    if missed:
        book.miss(name, missed)
        return
    period, keep = known.period(challenge.per), keeps(challenge.per)
    total = known.state.counted(name, period)
    amount = amount_of(known, book, planned.counting)
    if challenge.repeats is not None:
        amount = min(amount, challenge.repeats * challenge.goal - total)
    if amount <= 0 or too_late(known.state.counters.get(name, ()), period, keep):
        return
    if challenge.counts is Counts.DAYS and not first_of_day(known, book, name):
        return
    book.count(name, period, amount, keep)
    # What was reached before stays reached, though a reversal has taken of the way to it.
    _reward(known, book, planned, max(total, _rewarded(known, challenge)), total + amount)


def _rewarded(known: Known, challenge: Challenge) -> int:
    """Up to where the way has been rewarded already, by goals and by steps."""
    period, steps = known.period(challenge.per), sorted(step.goal for step in challenge.steps)
    goals = known.state.counted(f"reached:{challenge.code}", period) * challenge.goal
    passed = known.state.counted(f"{PASSED}{challenge.code}", period)
    if not (passed and steps):
        return goals
    rounds, last = divmod(passed - 1, len(steps))
    return max(goals, rounds * challenge.goal + steps[last])


def _reward(known: Known, book: Book, planned: PlannedChallenge, before: int, after: int) -> None:
    """What lies on the way from `before` to `after`, which count on through all times that it is reached."""
    challenge = planned.challenge
    period, keep = known.period(challenge.per), keeps(challenge.per)
    passed = 0
    for step in challenge.steps:
        times = (after - step.goal) // challenge.goal - (before - step.goal) // challenge.goal
        _give(book, planned, step.goal, step.points, times)
        passed += max(times, 0)
    if passed:
        book.count(f"{PASSED}{challenge.code}", period, passed, keep)
    times = after // challenge.goal - before // challenge.goal
    if times <= 0:
        return
    _give(book, planned, challenge.goal, challenge.points, times)
    book.count(f"reached:{challenge.code}", period, times, keep)
    book.reached += [challenge.code] * min(times, MAX_NAMED)
    if challenge.badge is not None:
        earn_badge(known, book, challenge.badge)


def _give(book: Book, planned: PlannedChallenge, goal: int, points: int, times: int) -> None:
    if times <= 0 or points <= 0:
        return
    book.give(
        f"challenge:{planned.challenge.code}",
        planned.currency,
        times * points,
        lambda: because_reached(planned.challenge, goal, times, points),
        planned.limits,
    )


def earn_badge(known: Known, book: Book, code: str) -> None:
    """A badge is earned once, ever."""
    if code in book.badges or known.state.counters.get(f"badge:{code}"):
        return
    book.badges.append(code)
    book.count(f"badge:{code}", known.day.toordinal(), 1)
