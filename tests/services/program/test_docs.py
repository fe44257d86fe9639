"""The reference of the programme file is true: every example is a good programme, every key is described."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from domain.program.program import Program
from domain.program.shape import Many, Record, Table, parts_of
from services.program.dump import dump_program
from services.program.load_program import parse_program

PAGE = (Path(__file__).parents[3] / "docs" / "programme.md").read_text()
# What an example does not say for itself.
REST = {
    "name": "name: Test",
    "timezone": "timezone: America/New_York",
    "money": "money: USD",
    "currencies": "currencies: [{code: POINTS, name: Points}]",
    "earning": "earning: []",
    "tiers": """tiers: {metric: points, levels: [{code: basic, name: Basic, threshold: 0}]}""",
}
EXAMPLES = [
    pytest.param(example, id=title)
    for title, text in re.findall(r"^##+ (.+?)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    for example in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
]


def whole(example: str) -> str:
    said = re.findall(r"^([a-z_]+):", example, re.MULTILINE)
    return example + "\n".join(line for key, line in REST.items() if key not in said) + "\n"


def records(record: Any) -> list[Any]:
    """The record, and those within it."""
    found = [record]
    for part in parts_of(record):
        shape = part.shape
        while isinstance(shape, Many | Table):
            shape = shape.item if isinstance(shape, Many) else shape.value
        if isinstance(shape, Record):
            found += records(shape.of)
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_good_programme_and_stays_the_same_when_written_again(example: str) -> None:
    program = parse_program(whole(example).encode(), "example.yaml")
    assert isinstance(program, Program), "\n".join(map(str, program))
    assert parse_program(dump_program(program).encode(), "again.yaml") == program


def test_there_are_ten_recipes_and_more() -> None:
    assert PAGE.partition("\n## Recipes\n")[2].count("\n### ") >= 10


def test_every_key_is_described_in_a_table() -> None:
    rows = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    named = {
        key for cell in re.findall(r"^\| ([^|]+) \|", rows, re.MULTILINE) for key in re.findall(r"`(\w+)`", cell)
    }
    keys = {field.name for record in records(Program) for field in fields(record)} - {"version"}
    assert keys - named - {"agent", "supervisor", "admin"} == set()
