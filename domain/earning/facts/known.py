"""What is known of one event: worked out when first asked for, and once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from domain.earning.asking.asked import Answer, Asked, Lines
from domain.earning.events.basket import Basket, basket_of
from domain.earning.events.event import Event, EventLine
from domain.earning.facts.circumstances import Circumstances
from domain.earning.facts.lazily import Lazily
from domain.earning.facts.names import key_of
from domain.earning.facts.periods import period_of
from domain.earning.facts.person import date_facts, line_facts, member_facts, referral_facts
from domain.earning.facts.recorded import counter_value, streak_value
from domain.earning.planning.plan import Plan
from domain.ledger.state import State
from domain.money import print_minor
from domain.program.earning import CapPeriod, Period
from domain.rules import DateFacts, EventFacts, Facts, Failed, LineFacts, MemberFacts
from domain.time import day_in


class Known:
    """One event with its circumstances, and what follows from them. `state`: by which counters are read."""

    def __init__(self, circumstances: Circumstances, plan: Plan, state: State | None = None) -> None:
        self.circumstances: Circumstances = circumstances
        self.plan: Plan = plan
        self.event: Event = circumstances.event
        self.state = circumstances.state if state is None else state
        self.day: date = day_in(plan.zone, self.event.occurred_at)
        self._periods: dict[str, int] = {}
        self._answers: dict[Asked, Answer] = {}
        self._lines: dict[Asked, Lines] = {}
        self._segments: dict[str, Answer] = {}
        self._counters: dict[str, int] = {}
        self._alike: dict[tuple[str, ...], dict[Any, list[EventLine]]] = {}

    def after(self, state: State) -> "Known":
        """The same event, with counters as they stand in another state."""
        return Known(self.circumstances, self.plan, state)

    def ask(self, asked: Asked) -> Answer:
        """What an expression gives for the event."""
        answer = self._answers.get(asked)
        if answer is None:
            answer = self._answers[asked] = asked.answer(self)
        return answer

    def matching(self, asked: Asked) -> Lines:
        """The lines of which an expression holds."""
        lines = self._lines.get(asked)
        if lines is None:
            lines = self._lines[asked] = asked.matching(self)
        return lines

    def alike(self, names: tuple[str, ...]) -> Mapping[Any, list[EventLine]]:
        """The event's lines by what they have under these names: one value, or several together."""
        groups = self._alike.get(names)
        if groups is None:
            groups = self._alike[names] = {}
            key = key_of(names)
            for line in self.event.lines:
                groups.setdefault(key(line), []).append(line)
        return groups

    @Lazily
    def texts(self) -> frozenset[tuple[str, str]]:
        """All that is among its lines of what rules seek there: names with the texts that lines have."""
        return frozenset([(name, text) for name in self.plan.sought for text in self.alike((name,))])

    def lines(self, asked: Asked | None) -> Sequence[EventLine] | Failed:
        """The lines that count: all where nothing is asked of them."""
        return self.event.lines if asked is None else self.matching(asked)

    def in_segment(self, code: str) -> Answer:
        """Whether the member is in a segment of the programme; nobody is in one that it does not have."""
        answer = self._segments.get(code)
        if answer is None:
            asked = self.plan.segments.get(code)
            answer = self._segments[code] = False if asked is None else self.ask(asked)
        return answer

    @Lazily
    def local(self) -> datetime:
        """The event's moment as the programme's clocks show it."""
        return self.event.occurred_at.astimezone(self.plan.zone)

    @Lazily
    def segments(self) -> tuple[str, ...]:
        """The segments that the member is in."""
        return tuple(code for code in self.plan.segments if self.in_segment(code) is True)

    def period(self, per: Period | CapPeriod) -> int:
        """The number of the period in which the event's own day is."""
        number = self._periods.get(per)
        if number is None:
            number = self._periods[per] = period_of(per, self.day)
        return number

    def counter(self, code: str) -> int:
        """What a counter of the programme has come to."""
        value = self._counters.get(code)
        if value is None:
            value = self._counters[code] = counter_value(self.plan.counters[code], self.state, self.day)
        return value

    def streak(self, code: str) -> int:
        """How long a streak of the programme is on the day of the event."""
        return streak_value(self.plan.streaks[code], self.state, self.day)

    @Lazily
    def basket(self) -> Basket | None:
        """The event's money; None when it has none."""
        return basket_of(self.event, self.plan.money)

    @Lazily
    def amount(self) -> int:
        """The event's money in minor units, 0 when it has none."""
        return self.basket.total if self.basket else 0

    @Lazily
    def amount_text(self) -> str:
        """The same in words: "12.50 USD"."""
        return f"{print_minor(self.amount, self.plan.money)} {self.plan.money}"

    @Lazily
    def units(self) -> int:
        """How many pieces were bought."""
        return sum([line.quantity for line in self.event.lines])

    @property
    def store(self) -> str | None:
        """The store, which the event's attributes name."""
        store = self.event.attributes.get("store")
        return store if isinstance(store, str) else None

    @Lazily
    def date(self) -> DateFacts:
        """The event's moment in the programme's zone."""
        return date_facts(self.plan, self.local)

    @Lazily
    def member(self) -> MemberFacts:
        """The member on the day of the event; segments are told when they are asked for."""
        return member_facts(self.plan, self.circumstances, self.day)

    def facts_of(self, names: Iterable[str]) -> Facts:
        """What the engine needs to know for an expression of these names: of most it need not see the lines."""
        return self.facts if "event.lines" in names or "event" in names else self._lean_facts

    @Lazily
    def facts(self) -> Facts:
        """All of it, as the engine takes it."""
        return self._facts(tuple([line_facts(line) for line in self.event.lines]))

    @Lazily
    def _lean_facts(self) -> Facts:
        return self._facts(())

    def _facts(self, lines: tuple[LineFacts, ...]) -> Facts:
        event = self.event
        facts = EventFacts(event.type, event.source, event.channel, self.store, self.amount, self.units, lines)
        return Facts(
            facts,
            self.member,
            self.date,
            {code: self.counter(code) for code in self.plan.counters},
            {code: self.streak(code) for code in self.plan.streaks},
            event.attributes,
            self.circumstances.person.profile,
            referral_facts(self.circumstances, self.member),
            segments=lambda: self.segments,
        )

    @Lazily
    def _line_facts(self) -> list[Facts]:
        return [self.facts.with_line(line_facts(line)) for line in self.event.lines]

    def line_facts(self, place: int) -> Facts:
        """The facts about one line of the event."""
        return self._line_facts[place]
