"""Loads the demo through the same services as everyone's data; safe to run twice, and to interrupt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from demo.activity import Span, joined_at
from demo.people import Person
from demo.story import Correction, Week, Wish, story
from domain.actors import SYSTEM, Actor, ActorKind, Role
from domain.members.enrol import Enrol
from domain.members.member import Member
from domain.refusals import Refused
from domain.support.approval import Approval
from mongo.imports import Imports
from mongo.programs import NoProgram
from services.context import Context
from services.earning.record_events import Recorded, Result, record_events
from services.engagement.follow_entries import Followed, follow_entries, has_consequences
from services.identity import Identity
from services.members.enrol_members import Enrolled, enrol_members
from services.program.load_program import load_program
from services.program.publish_program import publish_program
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.support.adjust_points import AdjustPoints, adjust_points
from services.support.decide_approval import DecideApproval, decide_approval

PROGRAMME = Path(__file__).parent / "programme.yaml"
MEMBERS = 200
EVENTS = 4_000
_ID = "demo"
_SHOP = Actor(ActorKind.SERVICE, "demo")
_AGENT = Identity("agent-dev", frozenset({Role.AGENT}))
_SUPERVISOR = Identity("supervisor-dev", frozenset({Role.SUPERVISOR}))

Clock = Callable[[], datetime]
Build = Callable[[Clock], Context]
"""Makes a context over open stores that goes by the given clock."""


@dataclass(slots=True)
class Loaded:
    """What a load has written; a second one of the same writes nothing."""

    members: int = 0
    events: int = 0
    redemptions: int = 0
    corrections: int = 0


@dataclass(slots=True)
class DemoClock:
    """The demo happens at its own time, so that joining, vouchers and records are dated as they would be."""

    now: datetime

    def __call__(self) -> datetime:
        """Where the story is."""
        return self.now


async def is_wanted(context: Context, imports: Imports) -> bool:
    """Whether the database has no programme yet, or a demo whose loading was interrupted."""
    begun = await imports.get(_ID)
    if begun is not None:
        return not begun.complete
    try:
        await context.programs.current()
    except NoProgram:
        return True
    return False


async def load_demo(
    build: Build,
    imports: Imports,
    *,
    now: datetime,
    members: int = MEMBERS,
    events: int = EVENTS,
    on_progress: Callable[[float], None] = lambda _done: None,
) -> Loaded:
    """Loads that many members and about that many events, up to `now` or to when the demo was first loaded.

    A programme that is published already stays; rewards and reasons that it lacks are then passed over.
    """
    begun = await imports.begin(_ID, now=now)
    span = Span(begun.started_at)
    clock = DemoClock(span.start)
    context = build(clock)
    try:
        await _publish_programme(context)
        load = _Load(context, clock, span, told_until=begun.line)
        for week in story(span, members=members, events=events):
            await load.week(week)
            on_progress((week.end - span.start) / (span.end - span.start))
    finally:
        await context.poster.close()
    await imports.reached(_ID, max(members, begun.line), now=now)
    await imports.complete(_ID, now=now)
    return load.loaded


async def _publish_programme(context: Context) -> None:
    try:
        await context.programs.current()
    except NoProgram:
        program = load_program(PROGRAMME)
        if isinstance(program, list):
            raise ValueError("\n".join(map(str, program))) from None
        await publish_program(context, SYSTEM, program)


@dataclass(slots=True)
class _Load:
    """`told_until`: the stories of members up to that number were told by an earlier load.

    What was refused to them then must not be tried again, with the points of today.
    """

    context: Context
    clock: DemoClock
    span: Span
    told_until: int
    members: dict[int, Member] = field(default_factory=dict)
    loaded: Loaded = field(default_factory=Loaded)

    async def week(self, week: Week) -> None:
        """One week: each thing at its time, events at their own."""
        await self._enrol(week)
        self.clock.now = week.end
        results = await record_events(self.context, _SHOP, week.events, backdated=True)
        self.loaded.events += sum(not isinstance(r, Refused) and not r.duplicate for r in results)
        await self._follow(results)
        for wish in week.wishes:
            if wish.who.number > self.told_until:
                await self._wish(wish)
        for correction in week.corrections:
            if correction.who.number > self.told_until:
                await self._correct(correction)

    async def _follow(self, results: Sequence[Result]) -> None:
        """What follows from entries, such as badges and friends: the workers' follower begins only after this."""
        entries = [entry for one in results if isinstance(one, Recorded) for entry in one.entries]
        telling = [entry for entry in entries if has_consequences(entry)]
        before = await self.context.ledger.get_many((entry.member, entry.seq - 1) for entry in telling)
        followed = [
            Followed(entry, before[slot].after)
            if (slot := (entry.member, entry.seq - 1)) in before
            else Followed(entry)
            for entry in telling
        ]
        await follow_entries(self.context, followed)

    async def _enrol(self, week: Week) -> None:
        """In the order in which they came; who was there from the first day, together."""
        founders = [who for who in week.newcomers if who.joined == 0]
        groups = [founders] if founders else []
        groups += [[who] for who in week.newcomers if who.joined > 0]
        for group in groups:
            self.clock.now = joined_at(self.span, group[0])
            outcomes = await enrol_members(self.context, _SHOP, [self._enrolment(who) for who in group])
            for who, outcome in zip(group, outcomes, strict=True):
                if isinstance(outcome, Enrolled):
                    self.members[who.number] = outcome.member
                    self.loaded.members += outcome.created

    def _enrolment(self, who: Person) -> Enrol:
        friend = self.members.get(who.referred_by or 0)
        return Enrol(
            external_id=who.external_id,
            given_name=who.given_name,
            family_name=who.family_name,
            email=who.email,
            phone=who.phone,
            birthday=who.birthday,
            locale=who.locale,
            timezone=who.timezone,
            attributes={"demo": True},
            referral_code=friend.referral_code if friend else None,
        )

    async def _wish(self, wish: Wish) -> None:
        member = self._member(wish.who)
        if member is None:
            return
        reward = (await self.context.programs.current()).reward(wish.reward)
        variant = reward.variants[0].code if reward and reward.variants else None
        command = RedeemReward(member.id, wish.reward, wish.key, variant=variant)
        redeemed = await redeem_reward(self.context, Actor(ActorKind.MEMBER, member.id), command)
        self.loaded.redemptions += isinstance(redeemed, Redeemed)

    async def _correct(self, correction: Correction) -> None:
        member = self._member(correction.who)
        if member is None:
            return
        command = AdjustPoints(member.id, correction.points, correction.reason, correction.note, correction.key)
        outcome = await adjust_points(self.context, _AGENT, command)
        self.loaded.corrections += not isinstance(outcome, Refused)
        if isinstance(outcome, Approval) and correction.approve is not None:
            decision = DecideApproval(outcome.id, correction.approve, f"{correction.key}-decided")
            await decide_approval(self.context, _SUPERVISOR, decision)

    def _member(self, who: Person) -> Member | None:
        """The member of a person who has come by now; a few minutes later than what was before."""
        self.clock.now = min(self.clock.now + timedelta(minutes=3), self.span.end)
        return self.members.get(who.number)
