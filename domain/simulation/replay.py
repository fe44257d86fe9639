"""Events of the past, one after the other, through a programme: judged, folded and counted in memory.

It decides as the ledger does (`services/earning`), by the same functions. What differs: every event counts at its
own time, each follows all that happened before it, and nothing but events happens, so nothing is spent. A
tier that was told before the span begins, and is reached again in the same window, is told in it once more.
"""

import heapq
from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.earning.events.derived import REFERRAL, brings_a_friend, derived
from domain.earning.events.event import Event
from domain.earning.events.intake import take_in
from domain.earning.events.order import names_an_order, order_of
from domain.earning.events.own import SOURCE, TIER_LOST, TIER_REACHED, depth_of
from domain.earning.facts.circumstances import Circumstances, Referrer
from domain.earning.judging.budgets import budgets_of, used_of
from domain.earning.judging.judge import judge
from domain.earning.posting.effect import Effect, effect, parts
from domain.earning.returns.room_back import budgets_back
from domain.engagement.friends import count_friend, friends_of
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.state import EMPTY_STATE, Changes, State
from domain.program.program import Program
from domain.refusals import Refused
from domain.simulation.figure import Figure, own_days
from domain.simulation.life import Life, Order
from domain.simulation.sample import EVERYONE, Sample
from domain.simulation.shared import SharedRoom
from domain.simulation.span import Span
from domain.simulation.taking_back import release_order, take_order_back
from domain.simulation.tally import Tally
from domain.tiers.standing import tier_at

EXPLAINED_FIRST = 2_000
EXPLAINED_EACH = 50
_AWARDS = (EntryKind.EARN, EntryKind.PENDING)


class Replay:
    """One programme over one history.

    `followed`: the members of whom something came back or was delivered. Members are made known before their
    events come; why rules gave nothing is asked for the first 2,000 events and every fiftieth after them.
    """

    def __init__(
        self, program: Program, span: Span, *, sample: Sample = EVERYONE, followed: Iterable[str] = ()
    ) -> None:
        self.program = program
        self.span = span
        self.tally = Tally()
        self.shared = SharedRoom()
        self.lives: dict[str, Life] = {}
        self.figures: dict[str, Figure] = {}
        self.events = 0
        self._sample = sample
        self._followed = frozenset(followed)
        self._told: set[str] = set()
        self._coming: list[tuple[datetime, str, Event]] = []

    def know(self, figures: Mapping[str, Figure], starts: Mapping[str, State] | None = None) -> None:
        """Members of whom there may be events; `starts`: what the ledger knew of them when the span begins."""
        for member, figure in figures.items():
            if member in self.figures:
                continue
            self.figures[member] = figure
            start = (starts or {}).get(member, EMPTY_STATE)
            self.lives[member] = Life(member, _without_points(start), followed=member in self._followed)
            if not self._sample.includes(member):
                continue
            for event in own_days(self.program, member, figure, self.span):
                heapq.heappush(self._coming, (event.occurred_at, event.id, event))

    def step(self, event: Event) -> None:
        """The next event of the history; before it what the calendar brings."""
        self._until(event.occurred_at)
        self.events += 1
        self._take(event)

    def finish(self) -> None:
        """What the calendar brings up to the end, and what time has done by then."""
        self._until(self.span.until)
        for life in self.lives.values():
            life.settle(self.span.until)

    def sampled(self) -> Iterable[tuple[str, Life]]:
        """The members who are looked at."""
        return ((member, life) for member, life in self.lives.items() if self._sample.includes(member))

    def _until(self, moment: datetime) -> None:
        while self._coming and self._coming[0][0] <= moment:
            self._take(heapq.heappop(self._coming)[2])

    def _take(self, event: Event) -> None:
        figure, program = self.figures.get(event.member), self.program
        if figure is None:
            self.tally.refused["NOT_FOUND"] += 1
            return
        life = self.lives[event.member]
        at = life.settle(event.occurred_at)
        if not names_an_order(program, event.type):
            self._earn(event, life, figure, at)
            return
        order = life.orders.get(f"{event.source}|{order_of(event.attributes)}")
        if order is None:
            self.tally.refused["NOT_FOUND"] += 1
        elif event.type in program.refunded_on:
            self._take_back(event, order, life, figure, at)
        else:
            release_order(program, life, order, event, at)
            self._earn(event, life, figure, at)

    def _earn(self, event: Event, life: Life, figure: Figure, at: datetime) -> None:
        program, before = self.program, life.state
        budgets = budgets_of(program, event)
        room = self.shared.left(budgets) if budgets else {}
        tier = tier_at(program, before, event.occurred_at)
        referrer = self._referrer(event, figure, before)
        found = Circumstances(program, event, before, figure.person, tier, room, referrer)
        explained = self.tally.judged < EXPLAINED_FIRST or not self.tally.judged % EXPLAINED_EACH
        judgement = judge(found, explain=explained)
        self.tally.hear(judgement, explained=explained)
        written: list[tuple[Entry, State]] = []
        for part in parts(found, judgement):
            made = effect(program, event, part, life.state, at)
            if isinstance(made, Refused):
                self.tally.refused[made.code.value] += 1
                break
            standing = life.state
            written.append((life.write(event, made), standing))
            self.tally.add(made.currency, tier.code, made.lines)
        if any(room.values()):
            self._use(event, written)
        if life.followed:
            awards = tuple(entry for entry, _ in written if entry.kind in _AWARDS)
            life.orders[event.claim_id] = Order(event, before, awards, [])
        self._follow(event, written, figure)

    def _use(self, event: Event, written: Iterable[tuple[Entry, State]]) -> None:
        lines = ((entry.currency, entry.lines) for entry, _ in written)
        self.shared.use(used_of(self.program, event.occurred_at, lines))

    def _take_back(self, event: Event, order: Order, life: Life, figure: Figure, at: datetime) -> None:
        before = life.state
        done = take_order_back(self.program, life, order, event, person=figure.person, at=at)
        if isinstance(done, Refused):
            self.tally.refused[done.code.value] += 1
            return
        tier = tier_at(self.program, order.before, order.event.occurred_at).code
        for entry in done:
            self.shared.give_back(budgets_back(entry.changes))
            self.tally.add(entry.currency, tier, entry.lines)
            self._follow(event, [(entry, before)], figure)
            before = entry.after

    def _follow(self, event: Event, written: Iterable[tuple[Entry, State]], figure: Figure) -> None:
        """Takes what follows from entries: tiers, challenges and badges told to the rules, friends who count."""
        for entry, before in written:
            if entry.changes.tier is None and not entry.changes.counts:
                continue
            referrer = self._brought(entry, figure.referred_by) if brings_a_friend(entry) else None
            depth = depth_of(event.attributes) if event.source == SOURCE else 0
            for command in derived(entry, before, self.program, depth=depth, referrer=referrer):
                member = command.member.id
                if member is None or not self._sample.includes(member):
                    continue
                made = take_in(self.program, command, member, self.lives[entry.member].at, own=True)
                if isinstance(made, Event) and self._is_first(made):
                    self._take(made)

    def _is_first(self, event: Event) -> bool:
        """Whether what follows from an entry has not followed from another before: of tiers alone it can have."""
        if event.type not in (TIER_REACHED, TIER_LOST):
            return True
        known = event.id in self._told
        self._told.add(event.id)
        return not known

    def _referrer(self, event: Event, figure: Figure, state: State) -> Referrer | None:
        on = self.program.referrals.on if self.program.referrals else ()
        id = figure.referred_by
        if event.type not in on or id is None or id not in self.figures or state.counted(REFERRAL, 0):
            return None
        person = self.figures[id].person
        made = friends_of(self.program, self.lives[id].state, event.occurred_at)
        return Referrer(person.devices, person.payments, made.ever, made.this_month)

    def _brought(self, entry: Entry, id: str | None) -> str | None:
        """Who brought the friend whose entry it is, once they count one more; None past their limits."""
        if id is None or self.program.referrals is None or id not in self.figures or not self.figures[id].active:
            return None
        life = self.lives[id]
        life.settle(entry.effective_at)
        counts = count_friend(self.program, life.state, entry.occurred_at)
        if isinstance(counts, Refused):
            return None
        code = self.program.default_currency.code
        friend = Event(SOURCE, f"friend:{entry.member}", "friend", id, entry.occurred_at)
        life.write(friend, Effect(code, code, EntryKind.EARN, Changes(counts=counts), ()))
        return id


def _without_points(state: State) -> State:
    """Tiers, and what was counted: points of before are none of what the span has given."""
    return State({}, state.qualifying, state.tier, state.counters, state.override)
