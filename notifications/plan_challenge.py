"""What a member is told of challenges: how far they have come, and that they are through."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any, Final

from domain.earning.events.derived import REACHED
from domain.inbox.message import Message, NotificationKind, Sum, Value, entry_subject
from domain.ledger.entry import Entry
from domain.ledger.state import Count
from domain.money import digits
from domain.program.engagement import Challenge, Counts
from domain.program.program import Program

_COUNTED: Final = "challenge:"


@dataclass(frozen=True, slots=True)
class _Step:
    """What an entry has counted of a challenge."""

    challenge: Challenge
    count: Count
    entry: Entry

    @property
    def times(self) -> int:
        """How often the challenge is reached in its period by now."""
        return self.entry.after.counted(f"{REACHED}{self.challenge.code}", self.count.period)

    @property
    def reaches(self) -> bool:
        """Whether this step has reached it."""
        name = f"{REACHED}{self.challenge.code}"
        mine = (one for one in self.entry.changes.counts if one.counter == name)
        return sum(one.amount for one in mine if one.period == self.count.period) > 0

    @property
    def done(self) -> int:
        """How much of the goal under way is done."""
        total = self.entry.after.counted(self.count.counter, self.count.period)
        return total - self.times * self.challenge.goal


def plan_challenges(entry: Entry, program: Program, now: datetime) -> tuple[Message, ...]:
    """For each challenge that the entry counts for: that it is reached, or else which part of its goal is.

    The keys are made of the challenge's period and of how often it was reached in it, so that whoever returns what
    they bought and buys again is told once.
    """
    if not entry.changes.counts:
        return ()
    challenges = {f"{_COUNTED}{one.code}": one for one in program.challenges}
    named = [one for one in entry.changes.counts if one.counter in challenges and one.amount > 0]
    planned = (_told(_Step(challenges[one.counter], one, entry), program, now) for one in named)
    return tuple(message for message in planned if message)


def _told(step: _Step, program: Program, now: datetime) -> Message | None:
    if step.reaches:
        return _completed(step, program, now)
    percent = _passed(step, program)
    return None if percent is None else _progress(step, percent, program, now)


def _passed(step: _Step, program: Program) -> int | None:
    """The highest part of the goal, in percent, that the step has passed on the way under way."""
    done, goal = step.done, step.challenge.goal
    before = done - step.count.amount
    passed = (part for part in program.alerts.challenge_percent if before < ceil(goal * part / 100) <= done)
    return max(passed, default=None)


def _completed(step: _Step, program: Program, now: datetime) -> Message:
    challenge, entry = step.challenge, step.entry
    points = sum(line.points for line in entry.lines if line.rule == f"{_COUNTED}{challenge.code}")
    currency = program.currency(entry.currency)
    given: dict[str, Value] = {"points": points, "currency": currency.name} if points and currency else {}
    return _message(
        step,
        f"{step.times}",
        template="challenge_completed_points" if given else "challenge_completed",
        values={"challenge": challenge.name} | given,
        data={"news": "CHALLENGE_COMPLETED"},
        now=now,
    )


def _progress(step: _Step, percent: int, program: Program, now: datetime) -> Message:
    done, goal = step.done, step.challenge.goal
    return _message(
        step,
        f"{step.times + 1}:{percent}",
        template="challenge_progress",
        values={
            "challenge": step.challenge.name,
            "count": _in_unit(step.challenge, done, program),
            "goal": _in_unit(step.challenge, goal, program),
        },
        data={"news": "CHALLENGE_PROGRESS", "done": done, "goal": goal},
        now=now,
    )


def _in_unit(challenge: Challenge, count: int, program: Program) -> Value:
    if challenge.counts is not Counts.AMOUNT:
        return count
    return Sum(Decimal(count).scaleb(-digits(program.money)), program.money)


def _message(
    step: _Step, place: str, *, template: str, values: dict[str, Value], data: dict[str, Any], now: datetime
) -> Message:
    code, entry = step.challenge.code, step.entry
    return Message(
        member=entry.member,
        key=f"challenge:{code}:{step.count.period}:{place}",
        kind=NotificationKind.POINTS_CHANGED,
        template=template,
        values=values,
        created_at=now,
        data=data | {"challenge": code},
        subject=entry_subject(entry.member, entry.seq),
    )
