"""A scenario told by the pure domain: the deciders that services call, and a ledger in a dictionary."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.actors import SYSTEM
from domain.earning.events.derived import brings_a_friend, derived
from domain.earning.events.event import Event
from domain.earning.events.intake import RecordEvent, take_in
from domain.earning.events.own import BIRTHDAY, SOURCE, depth_of
from domain.earning.facts.circumstances import Circumstances, Person, Referrer
from domain.earning.facts.people import person_of
from domain.earning.judging.budgets import budgets_of, left_of, used_of
from domain.earning.judging.judge import judge
from domain.earning.judging.judgement import Miss
from domain.earning.posting.effect import effects
from domain.earning.returns.room_back import budgets_back
from domain.engagement.friends import count_friend, friends_of
from domain.ledger.decide import redeem
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import follow
from domain.ledger.settle import settle
from domain.ledger.state import Changes, Override, State, TierMark
from domain.members.hints import Hints, hints_in
from domain.members.lookup import MemberLookup
from domain.members.member import Member, MemberStatus, Profile
from domain.program.program import Program
from domain.refusals import Refused
from domain.tiers.standing import tier_at
from domain.time import day_start, whole_ms
from tests.golden.expected import Outcome, Told
from tests.golden.refunded import awards_of, refunded
from tests.golden.scenarios import Person as Said
from tests.golden.scenarios import Scenario, Step

SHOP = "shop"


def play(scenario: Scenario) -> Told:
    """Every step in its turn."""
    house = _House(scenario)
    return Told(scenario, [house.step(step) for step in scenario.steps])


def member_of(name: str, says: Said) -> Member:
    """The member that a scenario speaks of."""
    attributes = dict(says.attributes) | ({"region": says.region} if says.region else {})
    birthday = date.fromisoformat(says.birthday) if says.birthday else None
    return Member(
        id=name,
        external_id=name,
        card_number=name,
        referral_code=name,
        status=MemberStatus.ACTIVE,
        joined_at=whole_ms(says.joined),
        profile=Profile(birthday=birthday, attributes=attributes),
        referred_by=says.referred_by,
    )


def command_of(step: Step, member: MemberLookup) -> RecordEvent:
    """The event of a step."""
    return RecordEvent(
        source=SHOP,
        id=step.id,
        type=step.says,
        member=member,
        occurred_at=step.at,
        channel=step.more.get("channel"),
        amount=step.amount,
        lines=step.lines,
        attributes=step.attributes,
    )


@dataclass(slots=True)
class _House:
    """The members' ledgers, and what was used of budgets."""

    scenario: Scenario
    members: dict[str, Member] = field(init=False)
    entries: dict[str, list[Entry]] = field(init=False)
    hints: dict[str, Hints] = field(init=False)
    judged: dict[str, Circumstances] = field(default_factory=dict)
    returns: dict[str, list[Event]] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.members = {name: member_of(name, says) for name, says in self.scenario.people.items()}
        self.entries = {name: [] for name in self.members}
        self.hints = {name: Hints() for name in self.members}

    @property
    def program(self) -> Program:
        return self.scenario.program

    def step(self, step: Step) -> Outcome:
        """Does it, and what follows from it."""
        before, at = len(self.entries[step.who]), whole_ms(step.heard)
        misses: Sequence[Miss] = ()
        match step.what:
            case "event":
                misses = self._event(step, at)
            case "redeem":
                self._redeem(step, at)
            case "give_tier":
                self._give_tier(step, at)
            case "birthday":
                self._birthday(step, at)
        entries = tuple(self.entries[step.who][before:])
        return Outcome(step, entries, tuple(misses), {name: self.state(name, at) for name in self.members})

    def state(self, name: str, at: datetime) -> State:
        """A member's state as it counts then."""
        return settle(self.head(name).after, at)

    def head(self, name: str) -> Head:
        """The newest entry of a member as a head."""
        entries = self.entries[name]
        return Head.of(entries[-1]) if entries else Head(name)

    def _event(self, step: Step, at: datetime) -> Sequence[Miss]:
        event = take_in(self.program, command_of(step, MemberLookup(id=step.who)), step.who, at)
        assert isinstance(event, Event), event
        if event.type in self.program.refunded_on:
            self._refund(event, at)
            return ()
        return self._record(event, at)

    def _record(self, event: Event, at: datetime) -> Sequence[Miss]:
        self.hints[event.member] |= hints_in(event.attributes)
        circumstances = self._circumstances(event, at)
        self.judged[event.claim_id] = circumstances
        found = effects(circumstances, circumstances.state, at)
        assert not isinstance(found, Refused), found
        written: list[tuple[str, tuple[AwardLine, ...]]] = []
        for effect in found:
            key = f"event:{event.claim_id}#{effect.key_suffix}"
            draft = _draft(event, key, effect.currency, effect.kind, effect.changes, at, effect.lines)
            self._post(event.member, draft, at, depth=depth_of(event.attributes))
            written.append((effect.currency, effect.lines))
        for budget, points in used_of(self.program, event.occurred_at, written).items():
            self.used[budget.id] = self.used.get(budget.id, 0) + points
        return judge(circumstances).misses

    def _circumstances(self, event: Event, at: datetime) -> Circumstances:
        state = self.state(event.member, at)
        budgets = budgets_of(self.program, event)
        left = {budget.id: budget.points - self.used.get(budget.id, 0) for budget in budgets}
        return Circumstances(
            self.program,
            event,
            state,
            self._person(event.member),
            tier_at(self.program, state, event.occurred_at),
            left_of(budgets, left),
            self._referrer(event),
        )

    def _person(self, name: str) -> Person:
        member, own = self.members[name], self.hints[name]
        person = person_of(member, self.program.zone)._replace(devices=own.devices, payments=own.payments)
        themself = member.referred_by is not None and own.is_same_person(self.hints[member.referred_by])
        return person._replace(referred=False) if themself else person

    def _referrer(self, event: Event) -> Referrer | None:
        name = self.members[event.member].referred_by
        if name is None:
            return None
        theirs, made = self.hints[name], friends_of(self.program, self.head(name).after, event.occurred_at)
        return Referrer(theirs.devices, theirs.payments, made.ever, made.this_month)

    def _refund(self, event: Event, at: datetime) -> None:
        order = f"{event.source}|{event.attributes['order']}"
        judged = self.judged[order]
        returns = self.returns.setdefault(order, [])
        returns.append(event)
        for award in awards_of(judged.event, self.entries[event.member]):
            entries, state = self.entries[event.member], self.state(event.member, at)
            draft = refunded(judged, award, returns, entries=entries, state=state, at=at)
            self._post(event.member, draft, at)
            for budget, points in budgets_back(draft.changes).items():
                self.used[budget] -= points

    def _redeem(self, step: Step, at: datetime) -> None:
        reward = next(reward for reward in self.program.rewards if reward.code == step.says)
        currency = self.program.currency_code(reward.currency)
        changes = redeem(self.state(step.who, at).account(currency), reward.cost)
        assert isinstance(changes, Changes), changes
        self._post(step.who, _plain_draft(f"redeem:{step.id}", currency, EntryKind.REDEEM, changes, at), at)

    def _give_tier(self, step: Step, at: datetime) -> None:
        until = day_start(date.fromisoformat(step.more["until"]), self.program.zone)
        changes = Changes(tier=TierMark(step.says, at), override=Override(step.says, until))
        currency = self.program.default_currency.code
        self._post(step.who, _plain_draft(f"tier:{step.id}", currency, EntryKind.TIER, changes, at), at)

    def _birthday(self, step: Step, at: datetime) -> None:
        self._record(_own(step.who, BIRTHDAY, step.says, at), at)

    def _post(self, name: str, draft: Draft, at: datetime, *, depth: int = 0) -> None:
        """Writes it, and then what follows from it."""
        head = self.head(name)
        entries = follow(head, lambda _head, _at: draft, at=at, now=at)
        assert isinstance(entries, list), entries
        self.entries[name] += entries
        before = entries[-2].after if len(entries) > 1 else head.after
        referrer = self._brought(name, entries[-1], at) if brings_a_friend(entries[-1]) else None
        for command in derived(entries[-1], before, self.program, depth=depth, referrer=referrer):
            event = _taken(self.program, command, at)
            if event.claim_id not in self.judged:
                self._record(event, at)

    def _brought(self, friend: str, entry: Entry, at: datetime) -> str | None:
        """The member who brought the friend, if they may have one more."""
        name = self.members[friend].referred_by
        assert name is not None
        counts = count_friend(self.program, self.state(name, at), entry.occurred_at)
        if isinstance(counts, Refused):
            return None
        currency = self.program.default_currency.code
        draft = _plain_draft(f"friend:{friend}", currency, EntryKind.EARN, Changes(counts=counts), at)
        self._post(name, draft, at)
        return name


def _taken(program: Program, command: RecordEvent, at: datetime) -> Event:
    member = command.member.id
    assert member is not None
    event = take_in(program, command, member, at, own=True)
    assert isinstance(event, Event), event
    return event


def _own(member: str, type: str, id: str, at: datetime) -> Event:
    return Event(SOURCE, f"{type}:{member}:{id}", type, member, at)


def _draft(
    event: Event,
    key: str,
    currency: str,
    kind: EntryKind,
    changes: Changes,
    at: datetime,
    lines: tuple[AwardLine, ...] = (),
) -> Draft:
    return Draft(key, "", currency, kind, changes, SYSTEM, event.occurred_at, at, reason=event.type, lines=lines)


def _plain_draft(key: str, currency: str, kind: EntryKind, changes: Changes, at: datetime) -> Draft:
    return Draft(key, "", currency, kind, changes, SYSTEM, at, at)
