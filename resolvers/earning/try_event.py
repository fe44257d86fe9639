"""What an event would give, as clients ask and see it."""

from datetime import datetime
from decimal import Decimal

import strawberry
from strawberry.scalars import JSON

from domain.actors import Role
from domain.earning.events.intake import RecordEvent
from domain.members.lookup import MemberLookup as Lookup
from domain.program import program as domain
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.earning.event_input import EventLineInput, line_of
from resolvers.earning.explanation import RuleFinding
from resolvers.errors import bad_request, forbidden
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.members.lookup import MemberLookup, lookup_of
from resolvers.permissions import STAFF
from resolvers.program.types import PointCurrency, point_currency
from resolvers.refusals import bad_query
from resolvers.scalars import Points
from resolvers.tiers.types import Tier, tiers_of
from services.earning.try_event import Progress, Trial, try_event

_SOURCE = "trial"


@strawberry.input(
    description="An event as `recordEvents` takes it, without an id. Its time is now if left out, and may lie "
    "ahead. For whom: a member who is signed in for themself; staff and services for the `member` they name, or "
    "for somebody who joins with it. draftId: by a draft of the programme, for admins."
)
class TryEventInput:
    """One event that did not happen."""

    type: str
    member: MemberLookup | None = ABSENT
    occurred_at: datetime | None = ABSENT
    source: str = _SOURCE
    channel: str | None = ABSENT
    amount: Decimal | None = ABSENT
    currency: str | None = ABSENT
    lines: list[EventLineInput] | None = ABSENT
    attributes: JSON | None = ABSENT
    draft_id: strawberry.ID | None = ABSENT


@strawberry.type(description="Points of one currency that an event would give, to be spent now or later.")
class TriedPoints:
    """The tier's part and what challenges give are in it."""

    currency: PointCurrency
    points: Points


@strawberry.type(description="How far an event would bring a challenge.")
class TriedProgress:
    """`before` and `after`: of `goal`."""

    challenge: str
    name: str
    goal: int
    before: int
    after: int
    reached: int = strawberry.field(description="How often it would be reached by this event.")


@strawberry.type(description="What an event would give. Nothing is written, and nothing is kept free for it.")
class EventTrial:
    """As it would be judged now."""

    row: strawberry.Private[Trial]

    @strawberry.field(description="The version of the programme; null for a draft.")
    def program_version(self) -> int | None:
        """Its number."""
        return self.row.program.version or None

    @strawberry.field
    def points(self) -> list[TriedPoints]:
        """By currency; empty when it would give nothing."""
        program = self.row.program
        return [
            TriedPoints(currency=point_currency(program, code), points=Points(points))
            for code, points in self.row.points
        ]

    @strawberry.field(description="Every rule for events of its type, then tier and challenges.")
    def rules(self) -> list[RuleFinding]:
        """In the order of the programme."""
        return [RuleFinding(row=finding, program=self.row.program) for finding in self.row.findings]

    @strawberry.field(description="The challenges that it would bring forward.")
    def challenges(self) -> list[TriedProgress]:
        """In the order of the programme."""
        return [_progress(progress) for progress in self.row.progress]

    @strawberry.field(description="The codes of the badges that it would earn.")
    def badges(self) -> list[str]:
        """In the order in which they would be earned."""
        return list(self.row.judgement.badges)

    @strawberry.field(description="The tier by which it would be judged.")
    def tier_before(self) -> Tier:
        """At the event's time."""
        return _tier(self.row.program, self.row.before.code)

    @strawberry.field(description="The tier after it.")
    def tier_after(self) -> Tier:
        """At the event's time."""
        return _tier(self.row.program, self.row.after.code)


async def trial_of(info: Info, input: TryEventInput) -> EventTrial:
    """Raises FORBIDDEN for a member who names another one, and for a draft to all but admins; BAD_REQUEST for what
    is no event."""
    member = _member(info, input)
    outcome = await try_event(
        info.context.services,
        _command(info, input, member),
        newcomer=member is None,
        program=await _program(info, given(input.draft_id)),
    )
    if isinstance(outcome, Refused):
        raise bad_query(outcome)
    return EventTrial(row=outcome)


def _member(info: Info, input: TryEventInput) -> Lookup | None:
    """Whom it is for; None: somebody who joins with it."""
    identity, named = info.context.identity, given(input.member)
    if identity.has(STAFF) or identity.has(Role.SERVICE):
        return lookup_of(named) if named else None
    if named is not None:
        raise forbidden("A member tries events for themself: leave the member out.")
    return Lookup(id=identity.member_id or "")


def _command(info: Info, input: TryEventInput, member: Lookup | None) -> RecordEvent:
    attributes: object = given(input.attributes)
    return RecordEvent(
        source=input.source,
        id=_SOURCE,
        type=input.type,
        member=member or Lookup(id=""),
        occurred_at=given(input.occurred_at) or info.context.now,
        channel=given(input.channel),
        amount=given(input.amount),
        currency=given(input.currency),
        lines=tuple(map(line_of, given(input.lines) or ())),
        attributes={} if attributes is None else attributes,  # type: ignore[arg-type]  # refused if no object
    )


async def _program(info: Info, draft_id: str | None) -> domain.Program | None:
    if draft_id is None:
        return None
    if not info.context.identity.has(Role.ADMIN):
        raise forbidden("Drafts are for admins.")
    key = key_of("ProgramDraft", draft_id)
    draft = await info.context.services.drafts.get(key) if key else None
    if draft is None:
        raise bad_request("There is no such draft.")
    return draft.program


def _progress(progress: Progress) -> TriedProgress:
    return TriedProgress(
        challenge=progress.challenge.code,
        name=progress.challenge.name,
        goal=progress.challenge.goal,
        before=progress.before.done,
        after=progress.after.done,
        reached=progress.after.reached - progress.before.reached,
    )


def _tier(program: domain.Program, code: str) -> Tier:
    return next(tier for tier in tiers_of(program) if tier.code == code)
