"""The badges of a member: those they have earned, and those there are to earn."""

from dataclasses import dataclass
from datetime import date

from domain.earning.events.derived import BADGE
from domain.ledger.state import State
from domain.program.engagement import Badge
from domain.program.program import Program


@dataclass(frozen=True, slots=True)
class BadgeStanding:
    """A badge, and the day of the programme on which it was earned; None: it is yet to be."""

    badge: Badge
    earned_on: date | None


def badges_of(program: Program, state: State) -> tuple[BadgeStanding, ...]:
    """Every badge of the programme, in its order."""
    return tuple(BadgeStanding(badge, _earned_on(state, badge)) for badge in program.badges)


def _earned_on(state: State, badge: Badge) -> date | None:
    buckets = state.counters.get(f"{BADGE}{badge.code}", ())
    return date.fromordinal(buckets[0].period) if buckets else None
