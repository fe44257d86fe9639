"""The facts of one event, as the engine takes them: made when first asked for, and shared by all expressions."""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.rules.facts import DateFacts, EventFacts, LineFacts, MemberFacts, RedemptionFacts, ReferralFacts
from domain.rules.short import short
from domain.rules.sizes import MAX_NAMES
from domain.rules.vocabulary import MESSAGES, Vocabulary

SEGMENTS = "member.segments"
# The engine keeps what an expression made as long as the facts it was evaluated with: some 40 bytes a step.
_STEPS_EACH = 1_000_000
_LINE = MESSAGES["line"]


class Facts:
    """All that expressions may ask about one event and its member. Built once an event; of one thread.

    A counter or streak that is not given stands at zero. `segments`, where given, says the member's segments
    instead of `member.segments`: it is called at most once, and only for an expression that names them.
    """

    # In the order of the language's reference.
    def __init__(  # noqa: PLR0917
        self,
        event: EventFacts | None,
        member: MemberFacts,
        date: DateFacts,
        counters: Mapping[str, int],
        streaks: Mapping[str, int],
        attributes: Mapping[str, Any],
        profile: Mapping[str, Any],
        referral: ReferralFacts | None = None,
        *,
        segments: Callable[[], tuple[str, ...]] | None = None,
    ) -> None:
        self._plain: dict[str, Any] = {"event": event, "member": member, "date": date, "referral": referral}
        self._maps = {"attributes": attributes, "profile": profile}
        self._counts = {f"counters.{code}": count for code, count in counters.items()}
        self._counts |= {f"streaks.{code}": length for code, length in streaks.items()}
        self._segments = functools.cache(segments) if segments else None
        self._values: dict[str, Any] | None = None
        self._made: dict[Vocabulary, Any] = {}
        self._steps = 0

    def with_line(self, line: LineFacts) -> "Facts":
        """The same facts, about one line of the event."""
        return self._with("line", line)

    def with_redemption(self, redemption: RedemptionFacts) -> "Facts":
        """The same facts, about a redemption of the member."""
        return self._with("redemption", redemption)

    def _with(self, name: str, facts: LineFacts | RedemptionFacts) -> "Facts":
        self._values = self._gather()
        other = object.__new__(Facts)
        other._plain = {**self._plain, name: facts}
        other._maps, other._counts, other._segments = self._maps, self._counts, self._segments
        other._values = {**self._values, name: _message(name, facts)}
        other._made = {}
        other._steps = 0
        return other

    def activation(self, vocabulary: Vocabulary, *, segments: bool, steps: int) -> Any:
        """The engine's form of these facts, for an expression of so many steps; `segments`: it asks for them."""
        if segments:
            self._resolve()
        self._steps += steps
        if self._steps > _STEPS_EACH:
            self._made.clear()
            self._steps = 0
        made = self._made.get(vocabulary)
        if made is None:
            self._values = self._gather()
            made = self._made[vocabulary] = vocabulary.env.Activation({**vocabulary.zeros, **self._values})
        return made

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """The plain values of an expression's names, for explanations; lists and maps as short text."""
        names = tuple(names)
        if SEGMENTS in names:
            self._resolve()
        return {name: short(self._value(name)) for name in names}

    def _value(self, name: str) -> Any:
        if name in self._maps:
            return self._maps[name]
        if name.startswith(("counters.", "streaks.")):
            return self._counts.get(name, 0)
        variable, _, field = name.partition(".")
        facts = self._plain.get(variable)
        if facts is None or not field:
            return facts
        value = getattr(facts, field)
        return "" if value is None else value

    def _gather(self) -> dict[str, Any]:
        if self._values is not None:
            return self._values
        values: dict[str, Any] = {name: _message(name, facts) for name, facts in self._plain.items() if facts}
        values |= {name: value if type(value) is dict else dict(value) for name, value in self._maps.items()}
        return values | self._counts

    def _resolve(self) -> None:
        """Put the member's segments in; an expression of a segment that asks for them finds none yet."""
        ask, self._segments = self._segments, None
        if ask is None:
            return
        member = dataclasses.replace(self._plain["member"], segments=ask())
        self._plain["member"] = member
        if self._values is not None:
            self._values["member"] = _message("member", member)
        self._made.clear()


def _message(name: str, facts: Any) -> Any:
    if name == "line":
        return _line(facts)
    fields = {field: _bounded(getattr(facts, field)) for field in facts.__slots__}
    if name == "event":
        fields["lines"] = [_line(line) for line in facts.lines]
    return MESSAGES[name](**fields)


def _bounded(value: Any) -> Any:
    """A list of names is cut at the length that expressions are estimated with."""
    return value[:MAX_NAMES] if type(value) is tuple else value


def _line(line: LineFacts) -> Any:
    # Written out, since an event has many: three times as fast.
    return _LINE(
        sku=line.sku, category=line.category, brand=line.brand, quantity=line.quantity, amount=line.amount
    )
