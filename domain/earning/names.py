"""The plain values that expressions name, and how to get each: of an event, or of one line."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from domain.rules.short import short

if TYPE_CHECKING:
    from domain.earning.known import Known

Get = Callable[["Known"], Any]
Input = tuple[str, str | int | bool | None]
Named = tuple[str, Get | None]
"""A name that an award keeps the value of, and how to get it; None: it is withheld."""

MAX_INPUTS = 12
WITHHELD = frozenset({"member.age", "member.birthday", "member", "profile", "attributes"})
"""What may be personal, or is free to hold anything: entries are for ever, and say only that it was asked."""
SEGMENTS = "member.segments"
_MEMBER = ("tier_rank", "days", "age", "birthday", "anniversary", "locale", "region", "referred", "perks")
_DATE = ("year", "month", "day", "weekday", "hour", "minute", "week", "calendars")

_OF_EVENT: Mapping[str, str] = {
    **{f"event.{name}": f"known.event.{name}" for name in ("type", "source")},
    "event.channel": '(known.event.channel or "")',
    "event.store": '(known.store or "")',
    "event.amount": "known.amount",
    "event.units": "known.units",
    "member.tier": "known.circumstances.tier.code",
    **{f"member.{name}": f"known.member.{name}" for name in _MEMBER},
    SEGMENTS: "known.segments",
    **{f"date.{name}": f"known.date.{name}" for name in _DATE},
}
LINES = "event.lines"
SIZES: Mapping[str, str] = {"size(event.lines)": "len(known.event.lines)"}
"""Lists of which only the size is asked plainly."""
MAPS: Mapping[str, str] = {"attributes": "known.event.attributes", "profile": "known.circumstances.person.profile"}
"""Of which only texts are asked plainly."""
OF_LINE: Mapping[str, str] = {
    "line.sku": "line[0]",
    "line.category": '(line[1] or "")',
    "line.brand": '(line[2] or "")',
    "line.quantity": "line[3]",
    "line.amount": "line[4]",
}
FEW_OF_LINE = frozenset({"line.sku", "line.category", "line.brand"})
"""Of which many lines have the same."""


def sources_of(counters: Iterable[str], streaks: Iterable[str]) -> dict[str, str]:
    """Every plain value of an event as Python of `known`; counters and streaks as they stood before it."""
    return {
        **_OF_EVENT,
        **{f"counters.{code}": f"known.counter({code!r})" for code in counters},
        **{f"streaks.{code}": f"known.streak({code!r})" for code in streaks},
    }


def getter(source: str, of: str = "known") -> Callable[[Any], Any]:
    """How to get a plain value."""
    return eval(f"lambda {of}: {source}", {})  # type: ignore[no-any-return]


def inputs_of(known: "Known", named: tuple[Named, ...]) -> tuple[Input, ...]:
    """Names with their values, as an award keeps them."""
    return tuple([(name, None if get is None else _kept(get(known))) for name, get in named])


def said(value: str | int | bool) -> str:
    """A value as expressions write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def of_facts(name: str) -> Get:
    """How to get what is no plain value: as a short text, lines as their number."""
    if name == LINES:
        return lambda known: len(known.event.lines)
    return lambda known: known.facts_of((name,)).values((name,))[name]


def _kept(value: Any) -> str | int | bool:
    if isinstance(value, int):
        return value
    value = short(value)
    return value if isinstance(value, str | int) else str(value)
