"""The people of a simulation, and the days of theirs of which Regulars tells the rules."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from domain.earning.events.event import Event
from domain.earning.events.own import ANNIVERSARY, BIRTHDAY, JOINED, SOURCE, listens
from domain.earning.facts.circumstances import Person
from domain.earning.facts.people import person_of
from domain.members.member import Member, MemberStatus
from domain.program.program import Program
from domain.simulation.span import Span
from domain.time import day_start

_OWN_DAYS = (JOINED, BIRTHDAY, ANNIVERSARY)


class Figure(NamedTuple):
    """A member beside the ledger."""

    person: Person
    joined_at: datetime
    referred_by: str | None
    active: bool


def figure_of(program: Program, member: Member) -> Figure:
    """The figure of a member, in the programme's zone."""
    active = member.status is MemberStatus.ACTIVE
    return Figure(person_of(member, program.zone), member.joined_at, member.referred_by, active)


def has_own_days(program: Program) -> bool:
    """Whether the programme listens to joining, birthdays or anniversaries: then all members are to be known."""
    return any(listens(program, event_type) for event_type in _OWN_DAYS)


def own_days(program: Program, member: str, figure: Figure, span: Span) -> Iterator[Event]:
    """The member's joining, birthdays and anniversaries to which the programme listens, within the span.

    Without a beginning, joining counts whenever it was; what comes each year does from the first event on, and of
    active members alone.
    """
    begin, first, until = span.begin or figure.joined_at, span.first, span.until
    if listens(program, JOINED) and begin <= figure.joined_at < until:
        yield Event(SOURCE, f"joined:{member}", JOINED, member, figure.joined_at)
    if not figure.active:
        return
    joined = figure.person.joined_on
    years = range(first.astimezone(program.zone).year, until.astimezone(program.zone).year + 1)
    for event_type, since in ((BIRTHDAY, figure.person.birthday), (ANNIVERSARY, joined)):
        if since is None or not listens(program, event_type):
            continue
        what = event_type.removeprefix("member.")
        for year in years:
            day = _kept_in(since, year)
            at = max(day_start(day, program.zone), figure.joined_at)
            old_enough = year > joined.year if event_type == ANNIVERSARY else joined <= day
            if old_enough and first <= at < until:
                yield Event(SOURCE, f"{what}:{member}:{year}", event_type, member, at)


def _kept_in(since: date, year: int) -> date:
    """The day of a year on which another is kept: 29 February on the 28th where there is none."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, 2, 28) if (since.month, since.day) == (2, 29) and not leap else since.replace(year=year)
