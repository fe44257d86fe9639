"""docs/rules-language.md says what there is: its examples compile, and no name and no function is left out."""

import dataclasses
import re
from pathlib import Path

import pytest

from domain.rules import Expression, Gives, Scope, compile_expression
from domain.rules.functions import FUNCTIONS
from domain.rules.vocabulary import FACTS

PAGE = Path(__file__).parents[3].joinpath("docs", "rules-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| [^|`]+ \| `(.+)` \|$", PAGE.split("## Names")[0], re.MULTILINE)
AMOUNTS = re.findall(r"`(math\.least[^`]+|int\([^`]+|line\.quantity[^`]+)`", PAGE.split("## Names")[0])


def test_there_are_ten_examples_and_three_amounts() -> None:
    assert (len(EXAMPLES), len(AMOUNTS)) == (10, 3)


@pytest.mark.parametrize("text", EXAMPLES)
def test_each_example_is_a_condition(text: str) -> None:
    scope = Scope.REFERRAL if "referral" in text else Scope.EVENT
    written = text.replace(r"\|", "|")
    assert isinstance(
        compile_expression(written, scope=scope, gives=Gives.TRUTH, counters=("coffee",)), Expression
    )


@pytest.mark.parametrize("text", AMOUNTS)
def test_each_amount_is_one(text: str) -> None:
    assert isinstance(compile_expression(text, scope=Scope.LINE, gives=Gives.WHOLE), Expression)


@pytest.mark.parametrize("variable", FACTS)
def test_each_field_is_described(variable: str) -> None:
    for field in dataclasses.fields(FACTS[variable][1]):
        assert f"`{variable}.{field.name}`" in PAGE


def test_each_function_is_described() -> None:
    called = {
        name.replace("@max", "greatest").replace("@min", "least") for name in FUNCTIONS if name[-1].isalpha()
    }
    assert {name for name in called if f"{name}(" not in PAGE} == {"@in", "@not_strictly_false"}
