"""Behaviour and purchases come in: each counts once, for ever, whoever sends it again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from domain.actors import Actor, ActorKind
from domain.earning.events.event import Event
from domain.earning.events.intake import RecordEvent, take_in
from domain.earning.events.order import names_an_order
from domain.earning.events.plain import event_from_plain, event_to_plain
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Entry
from domain.members.member import Member
from domain.program.program import Program
from domain.refusals import Code, Refused
from mongo.events import Claim, ClaimState
from services.context import Context
from services.earning.find_order import earning_of
from services.earning.people import About, people_for, people_of
from services.earning.post_event import post_event, written_by
from services.earning.refuse_early import refuse_early
from services.members.active_member import inactive, not_enrolled
from services.members.hints import note_hints


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an event wrote; none when it earned nothing. `duplicate`: it had been recorded before."""

    entries: tuple[Entry, ...]
    duplicate: bool = False


Result = Recorded | Refused


async def record_events(
    context: Context, actor: Actor, commands: Sequence[RecordEvent], *, backdated: bool = False
) -> list[Result]:
    """Records events, many at once; each is answered on its own, in the order given.

    `backdated` lets entries count at their events' times, which an import of history wants; otherwise they
    count now, and only tiers and expiry go by the event's time. Events of the system's are Regulars' own, whose
    source and types are refused from everyone else. Refuses what `take_in` and `refuse_early` do,
    NOT_FOUND and MEMBER_NOT_ACTIVE, LIMIT_REACHED past the bounds of an account and what `post_event` refuses
    (the same event may come again), and IDEMPOTENCY_CONFLICT for one that came before with other content.
    Raises StoreUnavailable when an outcome is unknown: sending the same events again is safe.
    """
    program = await context.programs.current()
    now = context.clock()
    results: list[Result | None] = [None] * len(commands)
    taken: dict[int, Event] = {}
    own = actor.kind is ActorKind.SYSTEM
    members = await context.members.find_many([command.member for command in commands])
    for index, event in enumerate(await _take_in(context, program, commands, members, now, own=own)):
        if isinstance(event, Refused):
            results[index] = event
        else:
            taken[index] = event
    known = {member.id: member for member in members if member}
    await note_hints(context, program, list(taken.values()))
    people = await people_of(context, program, list(taken.values()), known)
    claims = [_claim(event, actor, now, backdated) for event in taken.values()]
    standing = await context.events.claim(claims) if claims else []
    work = [
        partial(_record, context, program, _Coming(*one))
        for one in zip(people, taken.values(), claims, standing, strict=True)
    ]
    answers = await _in_turn(program, list(taken.values()), work)
    await _close_claims(context, claims, answers)
    for index, answer in zip(taken, answers, strict=True):
        if isinstance(answer, BaseException):
            raise answer
        results[index] = answer
    return [result for result in results if result is not None]


async def finish_events(context: Context, claims: Sequence[Claim]) -> None:
    """Finishes claims that a crash left behind: posts what is missing and marks them done.

    Raises the first fault, when all have been tried.
    """
    program = await context.programs.current()
    events = [event_from_plain(claim.body, claim.member) for claim in claims]
    people = await people_for(context, program, events)
    work = [
        _record(context, program, _Coming(about, event, claim, claim))
        for about, event, claim in zip(people, events, claims, strict=True)
    ]
    answers = await asyncio.gather(*work, return_exceptions=True)
    await _close_claims(context, claims, answers)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer


async def _take_in(
    context: Context,
    program: Program,
    commands: Sequence[RecordEvent],
    members: Sequence[Member | None],
    now: datetime,
    *,
    own: bool,
) -> list[Event | Refused]:
    taken: list[Event | Refused] = []
    for command, member in zip(commands, members, strict=True):
        if member is None:
            taken.append(not_enrolled())
            continue
        # What came back is taken back whatever the member's status.
        refusal = None if command.type in program.refunded_on else inactive(member, "member")
        taken.append(refusal or take_in(program, command, member.id, now, own=own))
    events = [event for event in taken if isinstance(event, Event)]
    early = iter(await refuse_early(context, program, events))
    return [event if isinstance(event, Refused) else next(early) or event for event in taken]


class _Coming(NamedTuple):
    """An event on its way: `event` is what `claim` says, `before` the claim that stood under its id already."""

    about: About
    event: Event
    claim: Claim
    before: Claim | None


async def _record(context: Context, program: Program, coming: _Coming) -> Result:
    """What counts is the claim that stands."""
    about, event, claim, before = coming
    if before is not None and (before.member, before.input) != (claim.member, claim.input):
        message = "An event of this source and id was recorded before with other content."
        return Refused(Code.IDEMPOTENCY_CONFLICT, message, ("id",))
    standing = before or claim
    if standing is not claim:
        event = event_from_plain(standing.body, standing.member)
    if before is not None and before.state is ClaimState.DONE:
        return Recorded(await written_by(context, event), duplicate=True)
    entries = await post_event(context, earning_of(program, standing, event, about, fresh=before is None))
    if isinstance(entries, Refused):
        return entries
    return Recorded(entries, duplicate=before is not None and before.state is ClaimState.CLAIMED)


async def _in_turn(
    program: Program, events: Sequence[Event], work: Sequence[Callable[[], Awaitable[Result]]]
) -> list[Result | BaseException]:
    """Does all work at once, but one after the other for members of whom an event is about another event."""
    in_order = {event.member for event in events if names_an_order(program, event.type)}
    if not in_order:
        return await asyncio.gather(*(one() for one in work), return_exceptions=True)
    lanes: dict[str | int, list[int]] = {}
    for index, event in enumerate(events):
        lanes.setdefault(event.member if event.member in in_order else index, []).append(index)
    answers: dict[int, Result | BaseException] = {}

    async def follow(lane: list[int]) -> None:
        for index in lane:
            (answers[index],) = await asyncio.gather(work[index](), return_exceptions=True)

    await asyncio.gather(*map(follow, lanes.values()))
    return [answers[index] for index in range(len(events))]


async def _close_claims(
    context: Context, claims: Sequence[Claim], answers: Sequence[Result | BaseException]
) -> None:
    done = [c.id for c, answer in zip(claims, answers, strict=True) if isinstance(answer, Recorded)]
    refused = [
        claim.id
        for claim, answer in zip(claims, answers, strict=True)
        if isinstance(answer, Refused) and answer.code is not Code.IDEMPOTENCY_CONFLICT
    ]
    if done:
        await context.events.finish(done)
    if refused:
        await context.events.refuse(refused)


def _claim(event: Event, actor: Actor, now: datetime, backdated: bool) -> Claim:
    body = event_to_plain(event)
    return Claim(
        id=event.claim_id,
        member=event.member,
        input=input_hash("event", event.member, body),
        occurred_at=event.occurred_at,
        claimed_at=now,
        body=body | {"by": [actor.kind.value, actor.id]},
        effective_at=event.occurred_at if backdated else None,
    )
