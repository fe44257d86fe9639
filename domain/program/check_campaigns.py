"""What calendars, segments and campaigns must hold."""

from domain.program.check_expression import a_membership
from domain.program.flaws import Flaw, Flaws, a_code, a_text, a_window, known, unique
from domain.program.program import Program

MAX_DAYS = 1_000
MAX_OF_A_KIND = 200
"""Calendars, segments, campaigns: as many of each as there may be rules."""


def check_campaigns(program: Program) -> Flaws:
    """Every flaw of calendars, segments and campaigns; campaigns' caps are checked with all others."""
    yield from _check_calendars(program)
    yield from _check_segments(program)
    segments = [segment.code for segment in program.segments]
    for index, campaign in enumerate(program.campaigns):
        at = ("campaigns", index)
        yield from a_code((*at, "code"), campaign.code)
        yield from a_text((*at, "name"), campaign.name)
        yield from a_window(at, campaign.begins, campaign.ends, ("begins", "ends"))
        yield from known((*at, "segment"), campaign.segment, "segment", segments)
    for name in ("calendars", "segments", "campaigns"):
        them = getattr(program, name)
        yield from unique(((name, index, "code"), one.code) for index, one in enumerate(them))
        if len(them) > MAX_OF_A_KIND:
            yield Flaw((name,), f"must be at most {MAX_OF_A_KIND}, are {len(them)}")


def _check_calendars(program: Program) -> Flaws:
    for index, calendar in enumerate(program.calendars):
        at = ("calendars", index)
        yield from a_code((*at, "code"), calendar.code)
        if not 1 <= len(calendar.days) <= MAX_DAYS:
            yield Flaw((*at, "days"), f"must be 1 to {MAX_DAYS} days, are {len(calendar.days)}")
        yield from unique(((*at, "days", place), day) for place, day in enumerate(calendar.days))


def _check_segments(program: Program) -> Flaws:
    for index, segment in enumerate(program.segments):
        at = ("segments", index)
        yield from a_code((*at, "code"), segment.code)
        yield from a_text((*at, "name"), segment.name)
        yield from a_membership((*at, "when"), segment.when, program)
