"""The plain values that expressions name, and how to get each: of an event, or of one line."""

from collections.abc import Callable, Mapping
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from domain.earning.event import EventLine
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

_OF_EVENT: Mapping[str, Get] = {
    "event.type": lambda known: known.event.type,
    "event.source": lambda known: known.event.source,
    "event.channel": lambda known: known.event.channel or "",
    "event.store": lambda known: known.store or "",
    "event.amount": lambda known: known.amount,
    "event.units": lambda known: known.units,
    "member.tier": lambda known: known.circumstances.tier.code,
    **{
        f"member.{name}": attrgetter(f"member.{name}")
        for name in (
            "tier_rank",
            "days",
            "age",
            "birthday",
            "anniversary",
            "locale",
            "region",
            "referred",
            "perks",
        )
    },
    SEGMENTS: lambda known: known.segments,
    **{
        f"date.{name}": attrgetter(f"date.{name}")
        for name in ("year", "month", "day", "weekday", "hour", "minute", "week", "calendars")
    },
}
OF_LINE: Mapping[str, Callable[[EventLine], Any]] = {
    "line.sku": itemgetter(0),
    "line.category": lambda line: line[1] or "",
    "line.brand": lambda line: line[2] or "",
    "line.quantity": itemgetter(3),
    "line.amount": itemgetter(4),
}
SIZES: Mapping[str, Get] = {"event.lines": lambda known: known.event.lines}
"""Lists of which only the size is asked plainly."""
FEW_OF_LINE = frozenset({"line.sku", "line.category", "line.brand"})
"""Of which many lines have the same."""


def getters(counters: tuple[str, ...], streaks: tuple[str, ...]) -> dict[str, Get]:
    """How to get every plain value of an event; counters and streaks as they stood before it."""
    return {
        **_OF_EVENT,
        **{f"counters.{code}": _counter(code) for code in counters},
        **{f"streaks.{code}": _streak(code) for code in streaks},
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
    """How to get what is no plain value: as a short text."""
    return lambda known: known.facts_of((name,)).values((name,))[name]


def _kept(value: Any) -> str | int | bool:
    value = short(value)
    return value if isinstance(value, str | int) else str(value)


def _counter(code: str) -> Get:
    return lambda known: known.counter(code)


def _streak(code: str) -> Get:
    return lambda known: known.streak(code)
