"""Events judged in tests: circumstances with little said, and what they give."""

from datetime import UTC, date, datetime
from typing import Any

from domain.earning.events.event import Event, EventLine
from domain.earning.facts.circumstances import Circumstances, Person
from domain.earning.judging.judge import judge
from domain.earning.judging.judgement import Award, Judgement, Miss
from domain.ledger.state import EMPTY_STATE, State, with_counts
from domain.program.levels import Tier
from domain.program.program import Program

AT = datetime(2026, 3, 10, 15, tzinfo=UTC)
"""A Tuesday: eleven in the morning in New York."""
PERSON = Person(date(2025, 5, 20))


def an_event(type: str = "purchase", amount: int | None = None, **more: Any) -> Event:
    """An event of the member m, at `AT` unless said."""
    return Event("till", more.pop("id", "1"), type, "m", more.pop("at", AT), amount_minor=amount, **more)


def a_line(sku: str, amount: int, category: str | None = None, quantity: int = 1) -> EventLine:
    """A line of a basket."""
    return EventLine(sku, category, None, quantity, amount)


def around(program: Program, event: Event, tier: Tier | None = None, **more: Any) -> Circumstances:
    """Circumstances of a member of the lowest tier of whom nothing is recorded."""
    state, person = more.pop("state", EMPTY_STATE), more.pop("person", PERSON)
    return Circumstances(program, event, state, person, tier or program.tiers.levels[0], **more)


def judged(program: Program, event: Event, tier: Tier | None = None, **more: Any) -> Judgement:
    """What the event gives and counts, with all misses."""
    return judge(around(program, event, tier, **more))


def awards(program: Program, event: Event, *, tier: Tier | None = None, **more: Any) -> tuple[Award, ...]:
    """Only what it gives."""
    return judged(program, event, tier, **more).awards


def points_of(judgement: Judgement) -> dict[str, int]:
    """The points of each line by what it calls its rule."""
    points: dict[str, int] = {}
    for award in judgement.awards:
        for line in award.lines:
            points[line.rule] = points.get(line.rule, 0) + line.points
    return points


def why(judgement: Judgement, rule: str) -> str:
    """What the only line of a rule says."""
    (line,) = (line for award in judgement.awards for line in award.lines if line.rule == rule)
    return line.because


def missed(judgement: Judgement, rule: str) -> Miss:
    """Why a rule gave nothing."""
    (miss,) = (miss for miss in judgement.misses if miss.rule == rule)
    return miss


def after(state: State, judgement: Judgement) -> State:
    """The state with what the event counted."""
    return with_counts(state, judgement.counts)
