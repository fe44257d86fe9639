"""A programme as YAML that reads back to exactly the same programme. Comments of its author are not in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import yaml

from domain.program.earning import EarningRule
from domain.program.program import Program
from domain.program.shape import parts_of

_FLOW_WIDTH = 72
_NO_WIDTH = 2**31
# What is read as the text that it is without quotes, wherever it stands; and what stands well in a block.
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")
_WORDS_OF_YAML = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])
_BLOCK = re.compile(r"[^\s\x7f-\x9f\u2028\u2029\ufeff]([\t -~\xa0-\u2027\u202a-\ud7ff\n]*[^\s])?\n?")
_ORDERS: dict[type, tuple[str, ...]] = {
    Program: (
        *("name", "timezone", "money", "locale", "currencies", "expiry", "expiry_alert_days", "pending"),
        *("refunded_on", "reversal", "transfers", "holds", "calendars", "counters", "streaks", "segments"),
        *("campaigns", "earning", "caps", "challenges", "badges", "referrals", "tiers", "rewards"),
    ),
    EarningRule: ("code", "name", "campaign", "on", "when", "lines", "schedule"),
}


def dump_program(program: Program) -> str:
    """The programme's file: what is as by default is left out, the version is the store's to give."""
    lines, texts = "", []
    for name, value in _parts(program):
        text = _emit({name: value})
        if is_dataclass(value) or isinstance(value, tuple):
            texts += [lines, text]
            lines = ""
        else:
            lines += text
    return "\n".join(text for text in [*texts, lines] if text)


def _parts(record: Any) -> Iterator[tuple[str, Any]]:
    """What a record says beyond its defaults, in the order in which people read it."""
    kind: Any = type(record)
    defaults = {field.name: _default(field) for field in fields(kind)}
    names = [part.name for part in parts_of(kind)]
    first = [name for name in _ORDERS.get(kind, ()) if name in names]
    for name in [*first, *(name for name in names if name not in first)]:
        value = getattr(record, name)
        default = defaults[name]
        # 1.00 is 1, but not the same text: a default is left out only if it would be written alike.
        if default is MISSING or value != default or _emit(value) != _emit(default):
            yield name, value


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _emit(value: Any) -> str:
    events = [
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        *_events(value),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    ]
    text: str = yaml.emit(events, Dumper=_Emitter, allow_unicode=True, width=_NO_WIDTH)
    return text.removesuffix("...\n")


class _Emitter(yaml.SafeDumper):
    """Indents the items of lists below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _events(value: Any) -> Iterator[yaml.Event]:
    if is_dataclass(value):
        yield from _mapping(_parts(value), flow=False, ours=True)
    elif isinstance(value, Mapping):
        yield from _mapping(iter(value.items()), flow=not value)
    elif isinstance(value, tuple):
        yield yaml.SequenceStartEvent(None, None, implicit=True, flow_style=_is_short(value))
        for item in value:
            yield from _events(item)
        yield yaml.SequenceEndEvent()
    else:
        yield _scalar(value)


def _mapping(pairs: Iterator[tuple[str, Any]], *, flow: bool, ours: bool = False) -> Iterator[yaml.Event]:
    # Our own keys need no quotes, not even `on`, which our reader takes for what it is.
    yield yaml.MappingStartEvent(None, None, implicit=True, flow_style=flow)
    for key, value in pairs:
        yield yaml.ScalarEvent(None, None, (True, False), key) if ours else _text(key)
        yield from _events(value)
    yield yaml.MappingEndEvent()


def _is_short(items: tuple[Any, ...]) -> bool:
    texts = [_plain(item) for item in items if not is_dataclass(item)]
    return len(texts) == len(items) and sum(map(len, texts)) + 2 * len(texts) <= _FLOW_WIDTH


def _scalar(value: Any) -> yaml.ScalarEvent:
    if isinstance(value, str) and not isinstance(value, Enum):
        return _block(value) if "\n" in value and _BLOCK.fullmatch(value) else _text(value)
    return yaml.ScalarEvent(None, None, (True, False), _plain(value))


def _text(value: str) -> yaml.ScalarEvent:
    bare = _BARE.fullmatch(value) is not None and value.lower() not in _WORDS_OF_YAML
    return yaml.ScalarEvent(None, None, (bare, True), value)


def _block(value: str) -> yaml.ScalarEvent:
    lines = value.split("\n")
    style = "|" if all(line == line.rstrip() for line in lines) else '"'
    return yaml.ScalarEvent(None, None, (False, True), value, style=style)


def _plain(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    match value:
        case Enum():
            return str(value.value)
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
    return str(value)
