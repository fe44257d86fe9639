"""How far a member is with the challenges of the programme."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.earning.facts.circumstances import Person
from domain.earning.facts.known import Known
from domain.earning.judging.challenges import way_of
from domain.engagement.sight import at_a_glance, in_segment
from domain.engagement.spans import days_left, period_end
from domain.ledger.state import State
from domain.program.engagement import Challenge, Step
from domain.program.program import Program
from domain.time import MILLISECOND


class ChallengeStatus(StrEnum):
    """Where a challenge is for one member. REACHED: as often as it can be before a next period begins."""

    UPCOMING = "UPCOMING"
    RUNNING = "RUNNING"
    REACHED = "REACHED"
    OVER = "OVER"


@dataclass(frozen=True, slots=True)
class ChallengeProgress:
    """One challenge at a moment, of the period that is under way; of the last one when it is over.

    `done`: of its goal, in what it counts, money in minor units; `times`: how often it was reached in the period.
    `steps`: those that were come to on the way that is under way. `ends` is the first instant after the period or
    the challenge, whichever comes first; `days_left` counts today. None: it has no end.
    """

    challenge: Challenge
    status: ChallengeStatus
    done: int
    times: int
    steps: tuple[Step, ...]
    ends: datetime | None
    days_left: int | None


def challenges_of(
    program: Program, state: State, person: Person, at: datetime, *, active_only: bool
) -> tuple[ChallengeProgress, ...]:
    """The challenges that are for the member, in the programme's order; `state` is settled.

    `active_only`: those under way, reached or not. Else those to come, too, and what is over and was begun.
    """
    known = at_a_glance(program, state, person, at)
    found = (_progress(program, state, known, challenge, at) for challenge in program.challenges)
    return tuple(one for one in found if one and (not active_only or _is_active(one)))


def _is_active(progress: ChallengeProgress) -> bool:
    return progress.status in (ChallengeStatus.RUNNING, ChallengeStatus.REACHED)


def _progress(
    program: Program, state: State, known: Known, challenge: Challenge, at: datetime
) -> ChallengeProgress | None:
    over = challenge.ends is not None and challenge.ends <= at
    way = way_of(challenge, state, _day(program, challenge, at))
    begun = bool(way.done or way.reached)
    # What was begun stays the member's to see, whatever segment they have come into.
    if (over and not begun) or not (begun or in_segment(known, challenge.segment)):
        return None
    ends = _end(program, challenge, at)
    return ChallengeProgress(
        challenge=challenge,
        status=_status(challenge, way.reached, at),
        done=way.done,
        times=way.reached,
        steps=tuple(step for step in challenge.steps if step.goal <= way.done),
        ends=ends,
        days_left=None if ends is None else days_left(ends, at, program.zone),
    )


def _status(challenge: Challenge, times: int, at: datetime) -> ChallengeStatus:
    if challenge.begins is not None and at < challenge.begins:
        return ChallengeStatus.UPCOMING
    if challenge.ends is not None and challenge.ends <= at:
        return ChallengeStatus.OVER
    again = challenge.repeats is None or times < challenge.repeats
    return ChallengeStatus.RUNNING if again else ChallengeStatus.REACHED


def _day(program: Program, challenge: Challenge, at: datetime) -> date:
    """The day whose period is looked at: today, or the challenge's last one."""
    last = at if challenge.ends is None else min(at, challenge.ends - MILLISECOND)
    return last.astimezone(program.zone).date()


def _end(program: Program, challenge: Challenge, at: datetime) -> datetime | None:
    period = period_end(challenge.per, _day(program, challenge, at), program.zone)
    ends = [end for end in (period, challenge.ends) if end is not None]
    return min(ends) if ends else None
