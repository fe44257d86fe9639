"""A member as they stand at a moment, without any event: what segments are told by."""

from datetime import datetime

from domain.earning.events.event import Event
from domain.earning.events.own import SOURCE
from domain.earning.facts.circumstances import Circumstances, Person
from domain.earning.facts.known import Known
from domain.earning.planning.plan import plan_of
from domain.ledger.state import State
from domain.program.program import Program
from domain.tiers.standing import tier_at


def at_a_glance(program: Program, state: State, person: Person, at: datetime) -> Known:
    """What is known of the member at `at`; `state` is settled."""
    nothing = Event(SOURCE, "", "", "", at)
    return Known(Circumstances(program, nothing, state, person, tier_at(program, state, at)), plan_of(program))


def in_segment(known: Known, code: str | None) -> bool:
    """Whether something for a segment is for the member; nothing is, where that cannot be told."""
    return code is None or known.in_segment(code) is True
