"""The plain values that expressions name, and how to get each: of an event, or of one line."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import attrgetter, methodcaller
from typing import TYPE_CHECKING, Any

from domain.earning.events.event import EventLine
from domain.earning.facts.person import days_since, is_anniversary, is_birthday
from domain.rules.short import short

if TYPE_CHECKING:
    from domain.earning.facts.known import Known

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

_OF_EVENT: Mapping[str, Get] = {
    "event.type": attrgetter("event.type"),
    "event.source": attrgetter("event.source"),
    "event.channel": lambda known: known.event.channel or "",
    "event.store": lambda known: known.store or "",
    "event.amount": attrgetter("amount"),
    "event.units": attrgetter("units"),
    "member.tier": attrgetter("circumstances.tier.code"),
    **{f"member.{name}": attrgetter(f"member.{name}") for name in _MEMBER},
    SEGMENTS: attrgetter("segments"),
    **{f"date.{name}": attrgetter(f"date.{name}") for name in _DATE},
    # Most of them need not all of the day and the member worked out.
    **{f"date.{name}": attrgetter(f"day.{name}") for name in ("year", "month", "day")},
    **{f"date.{name}": attrgetter(f"local.{name}") for name in ("hour", "minute")},
    "date.weekday": lambda known: known.day.isoweekday(),
    "member.days": lambda known: days_since(known.circumstances.person.joined_on, known.day),
    "member.birthday": lambda known: is_birthday(known.circumstances.person, known.day),
    "member.anniversary": lambda known: is_anniversary(known.circumstances.person, known.day),
    "member.tier_rank": lambda known: known.plan.ranks.get(known.circumstances.tier.code, 0),
}
LINES = "event.lines"
SIZES: Mapping[str, Get] = {"size(event.lines)": lambda known: len(known.event.lines)}
"""Lists of which only the size is asked plainly."""
MAPS: Mapping[str, Get] = {
    "attributes": attrgetter("event.attributes"),
    "profile": attrgetter("circumstances.person.profile"),
}
"""Of which only texts are asked plainly."""
OF_LINE: Mapping[str, Callable[[EventLine], Any]] = {
    "line.sku": attrgetter("sku"),
    "line.category": lambda line: line.category or "",
    "line.brand": lambda line: line.brand or "",
    "line.quantity": attrgetter("quantity"),
    "line.amount": attrgetter("amount_minor"),
}
LISTS: Mapping[str, tuple[Get, Mapping[str, Callable[[EventLine], Any]]]] = {
    LINES: (attrgetter(LINES), {name.partition(".")[2]: get for name, get in OF_LINE.items()})
}
"""Of which it is asked plainly whether any item is such."""
FEW_OF_LINE = frozenset({"line.sku", "line.category", "line.brand"})
"""Of which many lines have the same."""


@lru_cache(maxsize=256)
def key_of(names: tuple[str, ...]) -> Callable[[EventLine], Any]:
    """What tells which lines have the same under some names of a line: the value of one, or several as a tuple."""
    if len(names) == 1:
        return OF_LINE[names[0]]
    parts = [OF_LINE[name] for name in names]
    return lambda line: tuple([part(line) for part in parts])


def sources_of(counters: Iterable[str], streaks: Iterable[str]) -> dict[str, Get]:
    """Every plain value of an event; counters and streaks as they stood before it."""
    return {
        **_OF_EVENT,
        **{f"counters.{code}": methodcaller("counter", code) for code in counters},
        **{f"streaks.{code}": methodcaller("streak", code) for code in streaks},
    }


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
