"""Expressions of a programme, each asked in the quickest way there is.

One that only compares plain values is a function of ours. Of one that names plain values only, the answers are
remembered by them. The others go to the engine each time.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from domain.earning.asking.plainly import FAILS, Names, Plain, necessarily, only_where, plainly
from domain.earning.events.event import EventLine
from domain.earning.facts.names import (
    FEW_OF_LINE,
    LINES,
    LISTS,
    MAPS,
    MAX_INPUTS,
    OF_LINE,
    SEGMENTS,
    SIZES,
    WITHHELD,
    Get,
    Named,
    inputs_of,
    of_facts,
    said,
    sources_of,
)
from domain.rules import Expression, Facts, Failed, Gives, Scope, Unfit, compile_expression

if TYPE_CHECKING:
    from domain.earning.facts.known import Known

Answer = bool | int | Failed
Lines = list[EventLine] | Failed

MAX_REMEMBERED = 4_096
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Asked:
    """One expression. Compared by identity: a programme has one for all places that ask the same.

    `named`: what it looks at beside lines. `only`: a name and a text, where it holds of no line but those that
    have that; the others need not be asked.
    """

    def __init__(self, text: str, expression: Expression | Unfit, sources: dict[str, Get]) -> None:
        self.text = " ".join(text.split())
        self.names: tuple[str, ...] = ()
        self.only: tuple[str, str] | None = None
        self._expression = expression
        self._plain: Plain | None = None
        self._needs: Plain | None = None
        self._of_line: Plain | None = None
        self._keys: list[Get] | None = None
        self._remembered: dict[Any, Answer] = {}
        if isinstance(expression, Expression):
            self.names = tuple(sorted(expression.names))
            names = Names({**sources, **SIZES}, MAPS, LISTS)
            self._plain = plainly(expression, names)
            self._needs = None if self._plain else necessarily(expression, names)
            self._of_line = plainly(expression, Names(OF_LINE))
            self.only = only_where(expression, FEW_OF_LINE)
            plain = expression.names <= sources.keys()
            self._keys = [sources[name] for name in self.names] if plain else None
        self.named = tuple(
            (name, None if name in WITHHELD else _get(name, sources))
            for name in self.names
            if name.partition(".")[0] != "line"
        )
        # Whether it asks of a line what many lines have alike.
        self._is_of_few = bool(self.names) and FEW_OF_LINE.issuperset(self.names)

    @property
    def quick(self) -> Plain | None:
        """It as a function that does not ask the engine and raises one of `FAILS` where that must be asked."""
        return self._plain

    def answer(self, known: "Known") -> Answer:
        """What it gives for the event."""
        if self._plain is not None:
            try:
                return self._plain(known)  # type: ignore[no-any-return]
            except FAILS:
                return self._evaluate(known.facts_of(self.names))
        if self._needs is not None and not _may_hold(self._needs, known):
            return False
        if self._keys is None:
            return self._evaluate(known.facts_of(self.names))
        key = tuple([get(known) for get in self._keys])
        answer = self._remembered.get(key)
        if answer is None:
            answer = remember(self._remembered, key, self._evaluate(known.facts_of(self.names)))
        return answer

    def by(self, facts: Facts) -> Answer:
        """What it gives for facts that no event has."""
        return self._evaluate(facts)

    def matching(self, known: "Known") -> Lines:
        """The lines of the event of which it holds."""
        lines: Sequence[EventLine] = known.event.lines
        if self.only is not None:
            name, text = self.only
            lines = known.alike((name,)).get(text, ())
        elif self._is_of_few:
            return self._matching_groups(known)
        if not lines:
            return []
        if self._of_line is not None:
            try:
                return list(filter(self._of_line, lines))
            except FAILS:
                pass
        return self._matching_each(known)

    def _matching_groups(self, known: "Known") -> Lines:
        """Lines that are alike are asked once, and their answer is remembered for baskets to come."""
        found: list[EventLine] = []
        for key, lines in known.alike(self.names).items():
            answer = self._remembered.get(key)
            if answer is None:
                answer = remember(self._remembered, key, self._of_one(known, lines[0]))
            if isinstance(answer, Failed):
                return answer
            if answer:
                found += lines
        return found

    def _of_one(self, known: "Known", line: EventLine) -> Answer:
        if self._of_line is not None:
            try:
                return bool(self._of_line(line))
            except FAILS:
                pass
        return self._evaluate(known.line_facts(known.event.lines.index(line)))

    def _matching_each(self, known: "Known") -> Lines:
        found: list[EventLine] = []
        for place, line in enumerate(known.event.lines):
            answer = self._evaluate(known.line_facts(place))
            if isinstance(answer, Failed):
                return answer
            if answer:
                found.append(line)
        return found

    def _evaluate(self, facts: Facts) -> Answer:
        if isinstance(self._expression, Unfit):
            return Failed(self._expression.reason)
        return self._expression.evaluate(facts)


def _may_hold(needs: Plain, known: "Known") -> bool:
    """False only when what must hold surely does not."""
    try:
        return bool(needs(known))
    except FAILS:
        return True


def remember(table: dict[_Key, _Value], key: _Key, value: _Value) -> _Value:
    """Keeps a value in a table that begins anew when it is full."""
    if len(table) >= MAX_REMEMBERED:
        table.clear()
    table[key] = value
    return value


class Asking:
    """Makes the expressions of one programme, each once."""

    def __init__(self, counters: Iterable[str], streaks: Iterable[str]) -> None:
        self._counters, self._streaks = tuple(counters), tuple(streaks)
        self._sources = sources_of(self._counters, self._streaks)
        self._made: dict[tuple[str, Scope, Gives], Asked] = {}

    def ask(self, text: str | None, scope: Scope = Scope.EVENT, gives: Gives = Gives.TRUTH) -> Asked | None:
        """The expression of a text; None for none. One that does not compile fails when it is asked."""
        return None if text is None else self.make(text, scope, gives)

    def make(self, text: str, scope: Scope = Scope.EVENT, gives: Gives = Gives.TRUTH) -> Asked:
        """The expression of a text, as `ask` has it."""
        made = self._made.get((text, scope, gives))
        if made is None:
            made = self._made[text, scope, gives] = self._make(text, scope, gives)
        return made

    def _make(self, text: str, scope: Scope, gives: Gives) -> Asked:
        found = compile_expression(text, scope=scope, gives=gives, counters=self._counters, streaks=self._streaks)
        sources = dict(self._sources)
        if scope is Scope.MEMBER:
            # A segment that asks for segments finds none: the engine's facts see to that.
            del sources[SEGMENTS]
        return Asked(text, found, sources)


def _get(name: str, sources: dict[str, Get]) -> Get:
    return sources.get(name) or of_facts(name)


def named_by(*asked: Asked | None) -> tuple[Named, ...]:
    """What expressions look at beside lines: what an award keeps the values of."""
    named = {name: get for one in asked if one for name, get in one.named}
    return tuple(sorted(named.items()))[:MAX_INPUTS]


def missing(known: "Known", asked: Asked) -> str:
    """Such as "needs event.amount >= 5000: event.amount is 4200"."""
    told = told_of(known, asked)
    return f"needs {asked.text}: {told}" if told else f"needs {asked.text}"


def told_of(known: "Known", asked: Asked) -> str:
    """Such as "event.amount is 4200, event.channel is "web""; nothing of what may be personal."""
    inputs = inputs_of(known, named_by(asked))
    return ", ".join(_is(name, value) for name, value in inputs if value is not None)


def _is(name: str, value: str | int | bool) -> str:
    return f"{name} has {value}" if name == LINES else f"{name} is {said(value)}"
