"""A scenario told by the services over real servers, with what follows from entries as the follower makes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from cache.client import Cache
from domain.actors import SYSTEM, Actor, ActorKind
from domain.earning.judging.judgement import Miss
from domain.ledger.entry import Entry
from domain.ledger.state import EMPTY_STATE, State
from domain.members.enrol import Enrol
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.time import whole_ms
from mongo.client import Database
from runtime.wiring import build_context
from services.context import Context
from services.earning.explain_event import explain_event
from services.earning.record_events import Recorded, record_events
from services.engagement.follow_entries import Followed, follow_entries
from services.ledger.read_states import read_states
from services.members.enrol_members import Enrolled, enrol_members
from services.program.publish_program import publish_program
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from tests.golden.expected import Outcome, Told
from tests.golden.played import SHOP, command_of
from tests.golden.scenarios import Person, Scenario, Step

_SHOP = Actor(ActorKind.SERVICE, SHOP)


@dataclass(slots=True)
class _Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


async def serve(scenario: Scenario, database: Database, cache: Cache) -> Told:
    """Every step in its turn, each at its own time."""
    clock = _Clock(min(whole_ms(person.joined) for person in scenario.people.values()))
    context = build_context(database, cache, clock)
    try:
        await publish_program(context, SYSTEM, scenario.program)
        house = _House(context, clock)
        for name, person in sorted(scenario.people.items(), key=lambda item: item[1].joined):
            await house.enrol(name, person)
        return Told(scenario, [await house.step(step) for step in scenario.steps])
    finally:
        await context.poster.close()
        await context.signals.aclose()


@dataclass(slots=True)
class _House:
    context: Context
    clock: _Clock
    members: dict[str, Member] = field(default_factory=dict)
    followed: dict[str, Entry] = field(default_factory=dict)

    async def enrol(self, name: str, says: Person) -> None:
        """At the time at which they joined, with the code of whoever brought them."""
        self.clock.now = whole_ms(says.joined)
        command = Enrol(
            name,
            birthday=date.fromisoformat(says.birthday) if says.birthday else None,
            attributes=dict(says.attributes) | ({"region": says.region} if says.region else {}),
            referral_code=self.members[says.referred_by].referral_code if says.referred_by else None,
        )
        (outcome,) = await enrol_members(self.context, _SHOP, [command])
        assert isinstance(outcome, Enrolled), outcome
        self.members[name] = outcome.member

    async def step(self, step: Step) -> Outcome:
        """Does it, and what follows from it."""
        self.clock.now = whole_ms(step.heard)
        member = self.members[step.who]
        before = (await self.context.ledger.head(member.id)).seq
        misses: tuple[Miss, ...] = ()
        match step.what:
            case "event":
                misses = await self._event(step, member)
            case "redeem":
                command = RedeemReward(member.id, step.says, step.id)
                redeemed = await redeem_reward(self.context, Actor(ActorKind.MEMBER, member.id), command)
                assert isinstance(redeemed, Redeemed), redeemed
        await self._follow()
        entries = await self.context.ledger.since(member.id, before)
        return Outcome(step, tuple(entries), misses, await self._states())

    async def _event(self, step: Step, member: Member) -> tuple[Miss, ...]:
        command = command_of(step, MemberLookup(id=member.id))
        (result,) = await record_events(self.context, _SHOP, [command])
        assert isinstance(result, Recorded), result
        explained = await explain_event(self.context, SHOP, step.id)
        assert explained is not None
        return tuple(finding.miss for finding in explained.findings if finding.miss)

    async def _states(self) -> Mapping[str, State]:
        views = await read_states(self.context, [member.id for member in self.members.values()])
        return {name: views[member.id].state for name, member in self.members.items()}

    async def _follow(self) -> None:
        """Until nothing more follows."""
        while followed := [one for member in self.members.values() for one in await self._news(member)]:
            await follow_entries(self.context, followed)

    async def _news(self, member: Member) -> list[Followed]:
        last = self.followed.get(member.id)
        entries = await self.context.ledger.since(member.id, last.seq if last else 0)
        befores = [last, *entries]
        if entries:
            self.followed[member.id] = entries[-1]
        return [
            Followed(entry, before.after if before else EMPTY_STATE)
            for before, entry in zip(befores, entries, strict=False)
        ]
