"""The scenarios of the YAML files: their programme by the real loader, their steps, and what must come of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from domain.earning.events.intake import RecordLine
from domain.program.program import Program
from domain.program.shape import parts_of
from services.program.load_program import parse_program

HERE = Path(__file__).parent
BASE = HERE / "programme.yaml"
FIRST = "2026-06-15 12:00"
"""When a first step happens that does not say when: noon in New York, a Monday. Others follow by the minute."""
ME = "me"
_PARTS = frozenset(part.name for part in parts_of(Program))


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever a scenario is about."""

    joined: datetime
    birthday: str | None = None
    region: str | None = None
    referred_by: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: `what` is its kind, `says` what it is about. `heard`: when it is recorded."""

    what: str
    says: str
    who: str
    at: datetime
    heard: datetime
    id: str
    more: Mapping[str, Any]

    @property
    def amount(self) -> Decimal | None:
        """The money of an event in all."""
        return Decimal(self.more["amount"]) if "amount" in self.more else None

    @property
    def lines(self) -> tuple[RecordLine, ...]:
        """The lines of an event."""
        return tuple(_line(number, line) for number, line in enumerate(self.more.get("lines", ()), start=1))

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes of an event, with the order and the store that it names."""
        named = {name: self.more[name] for name in ("order", "store") if name in self.more}
        return {**self.more.get("attributes", {}), **named}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One sentence, and what it means. `services`: it is told by the real services, too."""

    file: str
    sentence: str
    services: bool
    program: Program
    people: Mapping[str, Person]
    steps: tuple[Step, ...]
    then: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What a test of it is called."""
        return f"{self.file}: {self.sentence}"


def scenarios() -> Iterator[Scenario]:
    """All scenarios of all files here, in their order. Raises AssertionError for a programme that is none."""
    base = _pairs(_compose(BASE))
    for path in sorted(HERE.glob("*.yaml")):
        if path != BASE:
            file = _pairs(_compose(path))
            parts = base | (_pairs(file["programme"]) if "programme" in file else {})
            for node in file["scenarios"].value:
                yield _scenario(path.stem, _pairs(node), parts)


def _scenario(file: str, node: Mapping[str, yaml.Node], parts: Mapping[str, yaml.Node]) -> Scenario:
    sentence = _plain(node["scenario"])
    given = _pairs(node["given"]) if "given" in node else {}
    own = {name: part for name, part in given.items() if name in _PARTS}
    program = _program(sentence, {**parts, **own})
    unknown = given.keys() - own.keys() - {"member", "members"}
    assert not unknown, f"{sentence}: what is {unknown}?"
    members = (
        _plain(given["members"])
        if "members" in given
        else {ME: _plain(given["member"]) if "member" in given else {}}
    )
    people = {name: _person(program, says) for name, says in members.items()}
    return Scenario(
        file,
        sentence,
        "services" in node,
        program,
        people,
        tuple(_steps(program, _plain(node["when"]), next(iter(people)))),
        _plain(node["then"]),
    )


def _program(sentence: str, parts: Mapping[str, yaml.Node]) -> Program:
    pairs = [(yaml.ScalarNode("tag:yaml.org,2002:str", name), part) for name, part in parts.items()]
    text = yaml.serialize(yaml.MappingNode("tag:yaml.org,2002:map", pairs), allow_unicode=True)
    program = parse_program(text.encode(), sentence)
    assert isinstance(program, Program), "\n".join(map(str, program))
    return program


def _person(program: Program, says: Mapping[str, Any]) -> Person:
    joined = datetime.fromisoformat(says.get("joined", "2026-01-01")).replace(tzinfo=program.zone)
    return Person(
        joined, says.get("birthday"), says.get("region"), says.get("referred_by"), says.get("attributes", {})
    )


def _steps(program: Program, steps: Sequence[Mapping[str, Any]], first_person: str) -> Iterator[Step]:
    at = _moment(program, FIRST) - timedelta(minutes=1)
    for number, step in enumerate(steps, start=1):
        more = dict(step)
        what = next(iter(more))
        says = more.pop(what)
        if what in ("wait_until", "birthday"):
            at = _moment(program, says)
        else:
            at = _moment(program, more.pop("at")) if "at" in more else at + timedelta(minutes=1)
        heard = _moment(program, more.pop("heard")) if "heard" in more else at
        yield Step(what, says, more.pop("who", first_person), at, heard, more.pop("id", str(number)), more)


def _moment(program: Program, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=program.zone)


def _line(number: int, line: Any) -> RecordLine:
    """`3 x COFFEE 9.00`, `COFFEE 3.00`, or every field by its name."""
    if isinstance(line, str):
        what, paid = line.rsplit(" ", 1)
        quantity, _, category = what.rpartition(" x ")
        return RecordLine(category.lower(), Decimal(paid), category, quantity=int(quantity or 1))
    amount = Decimal(line["amount"])
    return RecordLine(line["sku"], amount, line.get("category"), line.get("brand"), int(line.get("quantity", 1)))


def _compose(path: Path) -> yaml.Node:
    node = yaml.compose(path.read_text(encoding="utf-8"))
    assert node is not None
    return node


def _pairs(node: yaml.Node) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value}


def _plain(node: yaml.Node) -> Any:
    """The node as text, lists and mappings; what is no quoted text may be a whole number, true, false or null."""
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child) for child in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if node.tag == "tag:yaml.org,2002:int":
        return int(node.value)
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value == "true"
    return None if node.tag == "tag:yaml.org,2002:null" else node.value
