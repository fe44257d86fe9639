"""Taking a batch: the same use cases as the API's, many at once; or only asking what they would say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from domain.actors import Actor, ActorKind
from domain.earning.events.intake import RecordEvent, take_in
from domain.members.enrol import Enrol, check_enrol
from domain.members.lookup import MemberLookup
from domain.refusals import Refused
from services.context import Context
from services.earning.record_events import record_events
from services.members.active_member import inactive, not_enrolled
from services.members.enrol_members import enrol_members

IMPORTER = Actor(ActorKind.SERVICE, "import")


class Taken(Enum):
    """What became of a row that was not refused."""

    NEW = "new"
    ALREADY = "already"


Outcome = Taken | Refused


@dataclass(slots=True)
class Taker:
    """Takes batches of one import. `known`: external ids of enrolled members; `enrolled` counts the new."""

    context: Context
    enrol: bool
    dry_run: bool
    enrolled: int = 0
    known: set[str] = field(default_factory=set)

    async def events(self, events: Sequence[RecordEvent]) -> list[Outcome]:
        """Records events in order, each at its own time; enrols first whom nobody knows, when that is wanted."""
        refused = await self._enrol(events) if self.enrol else {}
        if self.dry_run:
            return await self._ask(events)
        wanted = [event for event in events if event.member.external_id not in refused]
        results = iter(await record_events(self.context, IMPORTER, wanted, backdated=True))
        outcomes: list[Outcome] = []
        for event in events:
            refusal = refused.get(event.member.external_id or "")
            result = refusal or next(results)
            if isinstance(result, Refused):
                outcomes.append(result)
            else:
                outcomes.append(Taken.ALREADY if result.duplicate else Taken.NEW)
        return outcomes

    async def members(self, enrolments: Sequence[Enrol]) -> list[Outcome]:
        """Enrols in order; the same external id again is the member who stands."""
        if self.dry_run:
            return await self._check(enrolments)
        results = await enrol_members(self.context, IMPORTER, enrolments)
        return [r if isinstance(r, Refused) else Taken.NEW if r.created else Taken.ALREADY for r in results]

    async def _enrol(self, events: Sequence[RecordEvent]) -> dict[str, Refused]:
        """Enrols unknown external ids; those that cannot be, with the refusal."""
        unknown = {name: None for event in events if (name := event.member.external_id) and name not in self.known}
        if not unknown:
            return {}
        since = await self._first_times([event for event in events if event.member.external_id in unknown])
        enrolments = [Enrol(name, joined_at=since.get(name)) for name in unknown]
        if self.dry_run:
            outcomes = await self._check(enrolments)
        else:
            outcomes = await self.members(enrolments)
        self.enrolled += sum(outcome is Taken.NEW for outcome in outcomes)
        answered = dict(zip(unknown, outcomes, strict=True))
        self.known.update(name for name, outcome in answered.items() if isinstance(outcome, Taken))
        return {name: outcome for name, outcome in answered.items() if isinstance(outcome, Refused)}

    async def _first_times(self, events: Sequence[RecordEvent]) -> dict[str, datetime]:
        """By external id the time of the first event that can be taken: they were a member by then."""
        program, now = await self.context.programs.current(), self.context.clock()
        first: dict[str, datetime] = {}
        for event in events:
            taken = take_in(program, event, "", now)
            if not isinstance(taken, Refused):
                name = event.member.external_id or ""
                first[name] = min(first.get(name, taken.occurred_at), taken.occurred_at)
        return first

    async def _ask(self, events: Sequence[RecordEvent]) -> list[Outcome]:
        """What can be said of events without writing: conflicts with what is recorded are not looked for."""
        program, now = await self.context.programs.current(), self.context.clock()
        members = await self.context.members.find_many([event.member for event in events])
        outcomes: list[Outcome] = []
        for event, member in zip(events, members, strict=True):
            if member is None and not (self.enrol and event.member.external_id in self.known):
                outcomes.append(not_enrolled())
                continue
            refusal = inactive(member, "member") if member else None
            taken = refusal or take_in(program, event, member.id if member else "", now)
            outcomes.append(taken if isinstance(taken, Refused) else Taken.NEW)
        return outcomes

    async def _check(self, enrolments: Sequence[Enrol]) -> list[Outcome]:
        program, now = await self.context.programs.current(), self.context.clock()
        standing = await self.context.members.find_many(
            [MemberLookup(external_id=e.external_id) for e in enrolments]
        )
        today = now.astimezone(program.zone).date()
        outcomes: list[Outcome] = []
        for enrolment, member in zip(enrolments, standing, strict=True):
            checked = check_enrol(enrolment, today=today, locale=program.locale, timezone=program.timezone)
            if isinstance(checked, Refused):
                outcomes.append(checked)
            else:
                outcomes.append(Taken.ALREADY if member else Taken.NEW)
        return outcomes
