"""Histories to simulate, and what a replay makes of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.earning.events.event import Event
from domain.earning.facts.circumstances import Person
from domain.program.program import Program
from domain.simulation.compare import compare
from domain.simulation.figure import Figure
from domain.simulation.replay import Replay
from domain.simulation.report import Report
from domain.simulation.sample import EVERYONE, Sample
from domain.simulation.side import Side, side_of
from domain.simulation.span import Span

FIRST = datetime(2026, 3, 2, 15, tzinfo=UTC)
"""A Monday: ten in the morning in New York."""
SPAN = Span(None, FIRST, FIRST + timedelta(days=30))
JOINED = datetime(2025, 6, 1, 12, tzinfo=UTC)
FIGURE = Figure(Person(date(2025, 6, 1)), JOINED, None, active=True)


def bought(member: str, cents: int, day: int = 0, **more: Any) -> Event:
    """A purchase of so many cents, some days after the first."""
    type, id = more.pop("type", "purchase"), more.pop("id", f"{member}-{day}")
    return Event("till", id, type, member, FIRST + timedelta(days=day), amount_minor=cents, **more)


def returned(member: str, order: str, day: int, **more: Any) -> Event:
    """The whole order came back, or so much money of it."""
    event = Event("till", f"back-{order}-{day}", "refund", member, FIRST + timedelta(days=day), **more)
    return replace(event, attributes={"order": order})


def replayed(
    program: Program,
    events: Iterable[Event],
    *,
    span: Span = SPAN,
    sample: Sample = EVERYONE,
    figures: dict[str, Figure] | None = None,
) -> Replay:
    """A finished replay of the events in their order, about members who have joined the year before."""
    events = sorted(events, key=lambda event: (event.occurred_at, event.claim_id))
    followed = {event.member for event in events if "order" in event.attributes}
    replay = Replay(program, span, sample=sample, followed=followed)
    replay.know({event.member: FIGURE for event in events} | (figures or {}))
    for event in events:
        replay.step(event)
    replay.finish()
    return replay


def side(program: Program, events: Iterable[Event], **how: Any) -> Side:
    """What the events come to."""
    return side_of(replayed(program, events, **how), segments=True)


def report(before: Program, after: Program, events: Iterable[Event], **how: Any) -> Report:
    """The comparison of two programmes over the events."""
    events = list(events)
    sides = side(before, events, **how), side(after, events, **how)
    return compare((before, after), sides, span=SPAN, sample=how.get("sample", EVERYONE))
