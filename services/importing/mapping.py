"""Mappings: which of a row's values is which field of ours. YAML; the ready ones are in `mappings/`."""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.importing.kinds import Kind
from services.importing.pick import Pick, compile_pick

_READY = Path(__file__).parent / "mappings"
_MEMBER = ("member.id", "member.externalId", "member.email", "member.phone", "member.cardNumber")
_FIELDS = {
    "events": (
        *("source", "id", "type", *_MEMBER, "occurredAt", "channel", "amount", "currency"),
        *("attributes", "attributes.order"),
    ),
    "members": (
        *("externalId", "givenName", "familyName", "email", "phone", "birthday"),
        *("locale", "timezone", "attributes", "referralCode"),
    ),
}
_LINE_FIELDS = ("sku", "category", "brand", "quantity", "amount")
_KEYS = {"kind", "recognised_by", "enrol", "fields", "lines"}


class BadMapping(Exception):
    """A mapping that cannot be used; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """How rows become ours. `enrol`: members an event names by an unknown external id are enrolled first.

    `fields` and `line_fields` are keyed by the API's names; `lines` picks the list of lines.
    """

    kind: Kind
    fields: Map[str, Pick]
    lines: Pick | None = None
    line_fields: Map[str, Pick] = field(default_factory=dict)
    enrol: bool = False
    recognised_by: tuple[str, ...] = ()


def load_mapping(name: str) -> Mapping:
    """The ready mapping of that name, or the one in a file. Raises BadMapping, naming what is wrong."""
    ready = _READY / f"{name}.yaml"
    path = ready if name in ready_mappings() else Path(name)
    try:
        plain = yaml.safe_load(path.read_bytes())
    except OSError as error:
        known = ", ".join(ready_mappings())
        raise BadMapping(f"{name}: {error.strerror}; give a file, or one of {known}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadMapping(f"{path}: this is no YAML: {' '.join(str(error).split())}") from error
    try:
        return read_mapping(plain)
    except ValueError as error:
        raise BadMapping(f"{path}: {error}") from error


def ready_mappings() -> list[str]:
    """The names of the mappings that come with Regulars."""
    return sorted(path.stem for path in _READY.glob("*.yaml"))


@cache
def mapping_for(names: frozenset[str]) -> Mapping | None:
    """The ready mapping that recognises a row of these names: the one that asks for most of them."""
    fitting = [
        mapping for mapping in map(load_mapping, ready_mappings()) if names.issuperset(mapping.recognised_by)
    ]
    return max(fitting, key=lambda mapping: len(mapping.recognised_by), default=None)


def read_mapping(plain: Any) -> Mapping:
    """A mapping from its plain form. Raises ValueError, saying which key is wrong."""
    if not isinstance(plain, dict) or str(plain.get("kind")) not in _FIELDS:
        raise ValueError("`kind` is events or members")
    if unknown := set(plain) - _KEYS:
        raise ValueError(
            f"there is no {', '.join(sorted(map(str, unknown)))}; there are {', '.join(sorted(_KEYS))}"
        )
    kind = Kind(plain["kind"])
    lines = plain.get("lines")
    if lines is not None and (
        kind is Kind.MEMBERS or not isinstance(lines, dict) or set(lines) != {"from", "fields"}
    ):
        raise ValueError("`lines` belong to events, and are `from` and `fields`")
    recognised_by = plain.get("recognised_by") or []
    if not isinstance(recognised_by, list):
        raise ValueError("`recognised_by` is a list of columns")
    return Mapping(
        kind=kind,
        fields=_picks("fields", plain.get("fields"), _FIELDS[kind]),
        lines=_pick("lines.from", lines["from"]) if lines else None,
        line_fields=_picks("lines.fields", lines["fields"], _LINE_FIELDS) if lines else {},
        enrol=plain.get("enrol") is True,
        recognised_by=tuple(map(str, recognised_by)),
    )


def _picks(where: str, plain: Any, known: tuple[str, ...]) -> dict[str, Pick]:
    if not isinstance(plain, dict) or not plain:
        raise ValueError(f"`{where}` says which column is which field")
    if unknown := [str(name) for name in plain if name not in known]:
        raise ValueError(f"`{where}` has no {', '.join(unknown)}; there are {', '.join(known)}")
    return {name: _pick(f"{where}.{name}", source) for name, source in plain.items()}


def _pick(where: str, source: Any) -> Pick:
    try:
        return compile_pick(source)
    except ValueError as error:
        raise ValueError(f"`{where}`: {error}") from error
