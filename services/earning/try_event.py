"""What an event would give if it came now: judged as the ledger would, and written nowhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.earning.events.event import Event
from domain.earning.events.intake import RecordEvent, take_in
from domain.earning.explain import Finding, findings
from domain.earning.facts.circumstances import Circumstances, Person
from domain.earning.judging.budgets import budgets_of
from domain.earning.judging.challenges import Way, way_of
from domain.earning.judging.judge import judge
from domain.earning.judging.judgement import Judgement
from domain.earning.posting.effect import effect, parts
from domain.ledger.state import EMPTY_STATE, State, apply
from domain.program.engagement import Challenge
from domain.program.levels import Tier
from domain.program.program import Program
from domain.refusals import Refused, invalid
from domain.tiers.standing import tier_at
from services.context import Context
from services.earning.people import About, people_for
from services.ledger.read_states import read_states
from services.members.active_member import inactive, not_enrolled

_NOBODY = "newcomer"
_AHEAD = timedelta(days=3_660)
"""How far ahead an event can be tried: no programme says what is given then, and dates end with the year 9999."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the member is with a challenge before the event and would be after it."""

    challenge: Challenge
    before: Way
    after: Way


@dataclass(frozen=True, slots=True)
class Trial:
    """What would come of the event. `points` by currency, in the order in which they would be written."""

    program: Program
    judgement: Judgement
    findings: tuple[Finding, ...]
    points: tuple[tuple[str, int], ...]
    progress: tuple[Progress, ...]
    before: Tier
    after: Tier


async def try_event(
    context: Context, command: RecordEvent, *, newcomer: bool = False, program: Program | None = None
) -> Trial | Refused:
    """Judges the event for its member, or for a `newcomer` who joins on its day and has done nothing yet.

    By the programme in force, or another that is given; with what is left of budgets now. It may lie up to
    ten years ahead, so that an offer can be tried before it begins. Refuses as `take_in` does, NOT_FOUND and
    MEMBER_NOT_ACTIVE, LIMIT_REACHED past the bounds of an account, and INVALID_INPUT for a refund, which earns
    nothing.
    """
    program = program or await context.programs.current()
    if command.type in program.refunded_on:
        return invalid("A refund earns nothing: try what is bought.", "type")
    now = context.clock()
    circumstances = await _circumstances(context, program, command, now, newcomer=newcomer)
    if isinstance(circumstances, Refused):
        return circumstances
    judgement = judge(circumstances)
    after = _after(circumstances, judgement, now)
    if isinstance(after, Refused):
        return after
    return Trial(
        program,
        judgement,
        findings(program, judgement),
        _points(judgement),
        _progress(circumstances, after),
        circumstances.tier,
        tier_at(program, after, circumstances.event.occurred_at),
    )


def _after(circumstances: Circumstances, judgement: Judgement, at: datetime) -> State | Refused:
    """The state when all that would be written has been."""
    state = circumstances.state
    for part in parts(circumstances, judgement):
        one = effect(circumstances.program, circumstances.event, part, state, at)
        if isinstance(one, Refused):
            return one
        state = apply(state, one.currency, one.changes, 0)
    return state


async def _circumstances(
    context: Context, program: Program, command: RecordEvent, now: datetime, *, newcomer: bool
) -> Circumstances | Refused:
    member = None if newcomer else await context.members.find(command.member)
    if member is None and not newcomer:
        return not_enrolled()
    refusal = inactive(member, "member") if member else None
    until = min(max(now, command.occurred_at), now + _AHEAD) if command.occurred_at.tzinfo else now
    event = refusal or take_in(program, command, member.id if member else _NOBODY, until)
    if isinstance(event, Refused):
        return event
    state, about = await _who(context, program, event, newcomer=newcomer)
    tier = tier_at(program, state, event.occurred_at)
    budgets = budgets_of(program, event)
    room = await context.rooms.left_now(budgets) if budgets else {}
    return Circumstances(program, event, state, about.person, tier, room, about.referrer)


async def _who(context: Context, program: Program, event: Event, *, newcomer: bool) -> tuple[State, About]:
    if newcomer:
        return EMPTY_STATE, About(Person(event.occurred_at.astimezone(program.zone).date(), locale=program.locale))
    state = (await read_states(context, [event.member]))[event.member].state
    return state, (await people_for(context, program, [event]))[0]


def _points(judgement: Judgement) -> tuple[tuple[str, int], ...]:
    points: dict[str, int] = {}
    for award in judgement.awards:
        points[award.currency] = points.get(award.currency, 0) + award.points
    return tuple(points.items())


def _progress(circumstances: Circumstances, after: State) -> tuple[Progress, ...]:
    """Of the challenges that the event would bring forward."""
    program, day = (
        circumstances.program,
        circumstances.event.occurred_at.astimezone(circumstances.program.zone).date(),
    )
    ways = (
        Progress(one, way_of(one, circumstances.state, day), way_of(one, after, day)) for one in program.challenges
    )
    return tuple(way for way in ways if way.before != way.after)
