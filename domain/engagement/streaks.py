"""The streaks of a member: how long, and until when one must act."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.earning.facts.periods import running
from domain.earning.facts.recorded import streak_bucket, streak_value
from domain.engagement.spans import day_in, period_end
from domain.ledger.state import State
from domain.program.engagement import Streak
from domain.program.program import Program


@dataclass(frozen=True, slots=True)
class StreakStanding:
    """A streak at a moment: how many periods long, 0 when it is broken or was never begun.

    `done_now`: whether the period under way has had its event. `act_before`: it breaks unless it goes on before
    then; None where nothing is to be lost. `grace_left`: how many more periods in a row may be missed.
    """

    streak: Streak
    length: int
    done_now: bool
    act_before: datetime | None
    grace_left: int


def streaks_of(program: Program, state: State, at: datetime) -> tuple[StreakStanding, ...]:
    """Every streak of the programme, in its order."""
    day = at.astimezone(program.zone).date()
    return tuple(_standing(program, streak, state, day) for streak in program.streaks)


def _standing(program: Program, streak: Streak, state: State, day: date) -> StreakStanding:
    length, last = streak_value(streak, state, day), streak_bucket(streak, state)
    if not length or last is None:
        return StreakStanding(streak, 0, done_now=False, act_before=None, grace_left=streak.grace)
    now = running(streak.per, day)
    missed = max(now - last.period - 1, 0)
    latest = day_in(streak.per, last.period + 1 + streak.grace)
    return StreakStanding(
        streak=streak,
        length=length,
        done_now=last.period >= now,
        act_before=period_end(streak.per, latest, program.zone),
        grace_left=streak.grace - missed,
    )
