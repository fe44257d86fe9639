"""Expressions of a programme with the answers they gave.

An expression is a pure function of what it names. Where that is a few plain values, its answers are remembered by
them: whether a line is of one category is asked of the engine once, and not with every basket.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from domain.earning.event import EventLine
from domain.rules import Expression, Facts, Failed, Gives, Scope, Unfit, compile_expression
from domain.rules.short import short

if TYPE_CHECKING:
    from domain.earning.known import Known

Answer = bool | int | Failed
Input = tuple[str, str | int | bool | None]

MAX_REMEMBERED = 4_096
MAX_INPUTS = 12
_WITHHELD = frozenset({"member.age", "member.birthday", "member", "profile", "attributes"})
"""What may be personal, or is free to hold anything: entries are for ever, and say only that it was asked."""
_LINE = {f"line.{name}": at for at, name in enumerate(("sku", "category", "brand", "quantity", "amount"))}
_GETTERS: dict[str, Callable[["Known"], Any]] = {
    **{f"event.{name}": attrgetter(f"event.{name}") for name in ("type", "source", "channel")},
    **{f"event.{name}": attrgetter(name) for name in ("store", "amount", "units")},
    **{
        f"member.{name}": attrgetter(f"member.{name}")
        for name in ("tier", "tier_rank", "days", "age", "birthday", "anniversary", "locale", "region", "referred")
    },
    "member.perks": attrgetter("member.perks"),
    **{
        f"date.{name}": attrgetter(f"date.{name}")
        for name in ("year", "month", "day", "weekday", "hour", "minute", "week", "calendars")
    },
}


class Asked:
    """One expression. Compared by identity: a programme has one for all places that ask the same."""

    __slots__ = ("_getters", "_line_key", "_remembered", "expression", "names", "text")

    def __init__(self, text: str, expression: Expression | Unfit) -> None:
        self.text = " ".join(text.split())
        self.expression = expression
        self.names = tuple(sorted(expression.names)) if isinstance(expression, Expression) else ()
        self._remembered: dict[Any, Answer] = {}
        getters = [_getter(name) for name in self.names]
        self._getters = [get for get in getters if get] if all(getters) else None
        fields = [_LINE[name] for name in self.names if name in _LINE]
        self._line_key = itemgetter(*fields) if fields and len(fields) == len(self.names) else None

    def answer(self, known: "Known") -> Answer:
        """What it gives for the event."""
        if self._getters is None:
            return self._evaluate(known.facts)
        key = tuple([get(known) for get in self._getters])
        answer = self._remembered.get(key)
        return self._remember(key, self._evaluate(known.facts)) if answer is None else answer

    def matching(self, known: "Known") -> tuple[EventLine, ...] | Failed:
        """The lines of the event of which it holds."""
        found = []
        for place, line in enumerate(known.event.lines):
            key = self._line_key(line) if self._line_key else None
            answer = None if key is None else self._remembered.get(key)
            if answer is None:
                answer = self._evaluate(known.line_facts(place))
                if self._line_key:
                    self._remember(key, answer)
            if isinstance(answer, Failed):
                return answer
            if answer:
                found.append(line)
        return tuple(found)

    def _evaluate(self, facts: Facts) -> Answer:
        if isinstance(self.expression, Unfit):
            return Failed(self.expression.reason)
        return self.expression.evaluate(facts)

    def _remember(self, key: Any, answer: Answer) -> Answer:
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = answer
        return answer


class Asking:
    """Makes the expressions of one programme, each once."""

    def __init__(self, counters: Iterable[str], streaks: Iterable[str]) -> None:
        self._counters, self._streaks = tuple(counters), tuple(streaks)
        self._made: dict[tuple[str, Scope, Gives], Asked] = {}

    def ask(self, text: str | None, scope: Scope = Scope.EVENT, gives: Gives = Gives.TRUTH) -> Asked | None:
        """The expression of a text; None for none. One that does not compile fails when it is asked."""
        if text is None:
            return None
        made = self._made.get((text, scope, gives))
        if made is None:
            expression = compile_expression(
                text, scope=scope, gives=gives, counters=self._counters, streaks=self._streaks
            )
            made = self._made[text, scope, gives] = Asked(text, expression)
        return made


def names_of(*asked: Asked | None) -> tuple[str, ...]:
    """What expressions look at beside lines: the names that an award keeps the values of."""
    names = {name for one in asked if one for name in one.names}
    return tuple(sorted(name for name in names if not name.startswith("line")))[:MAX_INPUTS]


def inputs_of(known: "Known", names: tuple[str, ...]) -> tuple[Input, ...]:
    """Names with their values, those that may be personal without."""
    return tuple([(name, None if name in _WITHHELD else _value(known, name)) for name in names])


def missing(known: "Known", asked: Asked) -> str:
    """Such as "needs event.amount >= 5000: event.amount is 4200"."""
    said = told(known, asked)
    return f"needs {asked.text}: {said}" if said else f"needs {asked.text}"


def told(known: "Known", asked: Asked) -> str:
    """Such as "event.amount is 4200, event.channel is "web""; nothing of what may be personal."""
    inputs = inputs_of(known, names_of(asked))
    return ", ".join(f"{name} is {_said(value)}" for name, value in inputs if value is not None)


def _getter(name: str) -> Callable[["Known"], Any] | None:
    owner, _, code = name.partition(".")
    if owner == "counters":
        return lambda known: known.counter(code)
    if owner == "streaks":
        return lambda known: known.streak(code)
    return _GETTERS.get(name)


def _value(known: "Known", name: str) -> str | int | bool:
    get = _getter(name)
    value = short(get(known)) if get else known.facts.values((name,))[name]
    if value is None:
        return ""
    return value if isinstance(value, str | int) else str(value)


def _said(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
