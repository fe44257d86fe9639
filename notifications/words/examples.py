"""Values to try a text with, and to show it with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from domain.members.member import Member
from domain.program.program import Program
from domain.rewards.words import words_of
from notifications.words.engine import FORMATS, fill
from notifications.words.formats import nearest_formats
from notifications.words.samples import ALL_SAMPLES
from notifications.words.shipped import phrases_of

_STANDARD: Final[Mapping[str, Any]] = {"name": "Ada", "program": "Regulars"}
_COUNTS: Final = (0, 1, 2, 3, 11, 100, 1_000_000)
"""One of each plural that a language of CLDR has."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a text is shown as: `member` None is somebody made up."""

    program: Program
    member: Member | None = None
    balance: int | None = None


def usable(template: str, locale: str) -> frozenset[str]:
    """The names of all values that texts of the template may use. `standing` is there only in languages that have
    its sentence. Raises KeyError for no template."""
    own = ALL_SAMPLES[template]
    standing = {"standing"} if "owed" in own and "standing" in phrases_of(locale) else set()
    return frozenset({*_STANDARD, *own, *standing})


def variations(template: str, locale: str) -> Iterator[dict[str, Any]]:
    """Sets of values that messages of the template may bring: each number as every plural has it, a member whose
    name is not known, points that are owed."""
    first = {**_STANDARD, **ALL_SAMPLES[template]}
    yield _standing(first, locale)
    yield _standing(first | {"name": ""}, locale)
    numbers = [name for name, value in first.items() if type(value) is int]
    for count in _COUNTS if numbers else ():
        yield _standing(first | dict.fromkeys(numbers, count), locale)


def examples(template: str, locale: str, reader: Reader) -> dict[str, Any]:
    """The samples as they look in this programme, to this member."""
    program, member = reader.program, reader.member
    names = {
        "program": program.name,
        "name": (member.profile.given_name or "") if member else _STANDARD["name"],
        "currency": program.default_currency.name,
        "unit": program.default_currency.name,
        "tier": program.tiers.levels[-1].name,
    }
    if reader.balance is not None:
        names |= {"balance": max(reader.balance, 0), "owed": max(-reader.balance, 0)}
    if program.rewards:
        names["reward"] = words_of(program.rewards[0], locale).title
    if program.challenges:
        names["challenge"] = program.challenges[0].name
    first = {**_STANDARD, **ALL_SAMPLES[template]}
    return _standing(first | {name: value for name, value in names.items() if name in first}, locale)


def _standing(values: Mapping[str, Any], locale: str) -> dict[str, Any]:
    sentence = phrases_of(locale).get("standing")
    if sentence is None or "owed" not in values:
        return dict(values)
    return {**values, "standing": fill(sentence, {**values, FORMATS: nearest_formats(locale)})}
