"""Flaws of a programme, and the small laws that many of its parts share."""

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from domain.earning.events.own import OWN, is_reserved
from domain.money import to_minor

Path = tuple[str | int, ...]
MAX_TEXT = 200
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
_EVENT_TYPE = re.compile(r"[a-z][a-z0-9_.-]{0,39}")


class Spot(NamedTuple):
    """The place of a flaw inside of a text: `line` and `column` from 1, and an `excerpt` with a caret under it."""

    line: int
    column: int
    reason: str
    excerpt: str


class Flaw(NamedTuple):
    """What is wrong, where: `path` leads from the programme to the part, such as ("rewards", 2, "cost").

    An expression's flaw has its `spot`, which `reason` says in words, too.
    """

    path: Path
    reason: str
    spot: Spot | None = None


Flaws = Iterator[Flaw]


def path_text(path: Path) -> str:
    """A path as people write it: rewards[2].cost."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def between(path: Path, value: Decimal | int | None, least: Decimal | int, most: Decimal | int) -> Flaws:
    """A number within bounds, both included; None is not looked at."""
    if value is not None and value < least:
        yield Flaw(path, f"must be at least {least}, is {value}")
    if value is not None and value > most:
        yield Flaw(path, f"must be at most {most}, is {value}")


def a_code(path: Path, value: str) -> Flaws:
    """A code: 1 to 40 letters, digits, "-" and "_", beginning with a letter or digit."""
    if not _CODE.fullmatch(value):
        yield Flaw(path, f'must be 1 to 40 letters, digits, "-" or "_", is {value!r}')


def a_text(path: Path, value: str, most: int = MAX_TEXT) -> Flaws:
    """Text that says something, within a length."""
    if not value.strip():
        yield Flaw(path, "must not be empty")
    if len(value) > most:
        yield Flaw(path, f"must have at most {most} characters, has {len(value)}")


def unique(paths: Iterable[tuple[Path, Hashable]]) -> Flaws:
    """Every value at most once; the later one is the flaw."""
    first: dict[Hashable, Path] = {}
    for path, value in paths:
        if value in first:
            yield Flaw(path, f"{value!r} is already at {path_text(first[value])}")
        else:
            first[value] = path


def a_window(path: Path, begins: datetime | None, ends: datetime | None, names: tuple[str, str]) -> Flaws:
    """Two moments with offsets, the second after the first; None is not looked at."""
    window = dict(zip(names, (begins, ends), strict=True))
    naive = [name for name, moment in window.items() if moment and moment.tzinfo is None]
    for name in naive:
        yield Flaw((*path, name), "must have an offset, such as 2027-01-31T00:00:00Z")
    if not naive and begins and ends and begins >= ends:
        yield Flaw((*path, names[1]), f"must be after {names[0]}, {begins.isoformat()}")


def a_web_address(path: Path, value: str | None) -> Flaws:
    """An address on the web; None is not looked at."""
    if value is not None and not _WEB_ADDRESS.fullmatch(value):
        yield Flaw(path, f"must be a web address, is {value!r}")


def a_locale(path: Path, value: str) -> Flaws:
    """A language, with a script or region where that matters."""
    if not _LOCALE.fullmatch(value):
        yield Flaw(path, f"must be a language tag, such as en or pt-BR, is {value!r}")


def all_known(path: Path, values: Sequence[str], what: str, codes: Collection[str]) -> Flaws:
    """References to things that the programme has, each at most once."""
    for index, value in enumerate(values):
        if value not in codes:
            yield from known((*path, index), value, what, codes)
    yield from unique(((*path, index), value) for index, value in enumerate(values))


def days_before(path: Path, days: tuple[int, ...]) -> Flaws:
    """So many days before something, the earliest first."""
    for index, day in enumerate(days):
        yield from between((*path, index), day, 1, 366)
        if index and day >= days[index - 1]:
            yield Flaw((*path, index), f"must be below {days[index - 1]}, is {day}")


def event_types(path: Path, types: tuple[str, ...]) -> Flaws:
    """Types of events, each at most once."""
    for index, event in enumerate(types):
        if not _EVENT_TYPE.fullmatch(event):
            yield Flaw((*path, index), f"must be a type of event, such as purchase, is {event!r}")
        elif is_reserved(event) and event not in OWN:
            yield Flaw((*path, index), f"no event {event!r} is ever made: Regulars makes {', '.join(OWN)}")
    yield from unique(((*path, index), event) for index, event in enumerate(types))


def known(path: Path, value: str | None, what: str, codes: Iterable[str]) -> Flaws:
    """A reference to something that the programme has; None is not looked at."""
    named = list(codes)
    if value is not None and value not in named:
        yield Flaw(path, f"no {what} {value!r}: there is {', '.join(named) or 'none'}")


def an_amount(path: Path, value: Decimal | None, money: str) -> Flaws:
    """Money above zero with no more digits than its currency has; None is not looked at."""
    if value is None:
        return
    if value <= 0:
        yield Flaw(path, f"must be above 0, is {value}")
    if to_minor(value, money) is None:
        yield Flaw(path, f"must be an amount that {money} can pay exactly, is {value}")
