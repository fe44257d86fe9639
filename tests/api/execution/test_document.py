"""Hostile documents are refused before they cost anything."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import graphql.validation.rules.overlapping_fields_can_be_merged as overlapping
import pytest
from graphql import OperationType, get_introspection_query

from api.execution.document import BadDocument, read_document
from api.options import Limits
from tests.api.schema import schema

LIMITS = Limits()


def refusal(source: str, limits: Limits = LIMITS) -> str:
    with pytest.raises(BadDocument) as refused:
        read_document(schema, source, limits)
    return refused.value.errors[0].message


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch, *names: str) -> Iterator[Counter[str]]:
    """Counts the calls of the costliest validation rule's inner functions."""
    calls: Counter[str] = Counter()

    def counting(name: str) -> None:
        inner = getattr(overlapping, name)

        def call(*args: object, **named: object) -> object:
            calls[name] += 1
            return inner(*args, **named)

        monkeypatch.setattr(overlapping, name, call)

    for name in names:
        counting(name)
    yield calls


class TestLimits:
    def test_a_document_within_them_is_read(self) -> None:
        document = read_document(schema, "query A { hello } mutation B { write }", LIMITS)
        assert document.operations == {"A": OperationType.QUERY, "B": OperationType.MUTATION}

    def test_introspection_is_well_within_them(self) -> None:
        read_document(
            schema, get_introspection_query(input_value_deprecation=True, directive_is_repeatable=True), LIMITS
        )

    def test_length_is_refused_unread(self) -> None:
        assert "code points" in refusal("{ hello " + " " * LIMITS.source_length + "}")

    def test_tokens_are_counted_while_parsing(self) -> None:
        assert "tokens" in refusal("{ hello " * 2 + "hello " * LIMITS.tokens)

    def test_comments_are_counted_too(self) -> None:
        assert "comment" in refusal("#\n" * (LIMITS.tokens + 1) + "{ hello }")

    def test_depth_counts_through_fragments(self) -> None:
        within = "{ item " + "{ child " * 28 + "{ name }" + "}" * 28 + "}"
        read_document(schema, within, LIMITS)
        beyond = "{ item { ...f } } fragment f on Item " + "{ child " * 29 + "{ name }" + "}" * 29
        assert refusal(beyond) == "The document has more than 30 levels."

    def test_aliases_count_through_fragments(self) -> None:
        spreads = (
            "{"
            + "".join(f"f{n}: item {{ ...f }} " for n in range(60))
            + "} fragment f on Item { x: name y: name z: name }"
        )
        assert refusal(spreads) == "The document has more than 200 aliases."

    def test_chained_fragments_are_refused_by_what_they_mean(self) -> None:
        links = "".join(f"fragment f{n} on Item {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
        assert "more than 2000 fields" in refusal("{ item { ...f0 } }" + links + "fragment f60 on Item { name }")

    def test_definitions_are_bounded(self) -> None:
        assert "200 definitions" in refusal(" ".join(f"query q{n} {{ hello }}" for n in range(201)))

    @pytest.mark.parametrize("opening", ["{ item ", "{ echo(value: [", "query($a: [", "{ echo(value: {a: "])
    def test_nesting_past_the_stack_is_refused(self, opening: str) -> None:
        assert refusal(opening * 4000, replace(LIMITS, tokens=10**6))


class TestWork:
    """Trouble is refused within a bounded count of the comparisons that validation is feared for."""

    @pytest.mark.parametrize(
        "source",
        [
            "{ " + "hello " * 1_990 + "}",
            "{ " + "item { child { name } } " * 600 + "}",
            "{ " + "".join(f'hello(name: "{n}") ' for n in range(800)) + "}",
            "{ " + "hello " * 16_000 + "}",
            "{ item { " + "...f " * 9_000 + "} } fragment f on Item { name child { name } }",
            "{ item { ...f0 } }" + "".join(f"fragment f{n} on Item {{ ...f{n + 1} }}" for n in range(3_000)),
            "{ hello " + "@skip(if: true) " * 6_000 + "}",
        ],
    )
    def test_it_is_refused_without_one_comparison(self, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
        with counted(monkeypatch, "find_conflict", "collect_fields") as calls:
            assert refusal(source)
        assert calls.total() == 0

    @pytest.mark.parametrize(
        "source",
        [
            "{ item { " + "name " * 130 + "} }",
            "{ " + "item { child { child { name } } } " * 60 + "}",
            "{ item { "
            + "".join(f"...f{n} " for n in range(50))
            + "} }"
            + "".join(f"fragment f{n} on Item {{ name child {{ name }} }}" for n in range(50)),
            "{ item { ...f0 } }"
            + "".join(f"fragment f{n} on Item {{ name child {{ name }} ...f{n + 1} }}" for n in range(20))
            + "fragment f20 on Item { name }",
        ],
    )
    def test_what_is_let_through_costs_no_more_than_its_budget(
        self, monkeypatch: pytest.MonkeyPatch, source: str
    ) -> None:
        with counted(monkeypatch, "find_conflict") as calls:
            read_document(schema, source, LIMITS)
        assert 0 <= calls["find_conflict"] <= LIMITS.overlap


class TestKind:
    DOCUMENT = "query A { hello } mutation B { write } subscription C { count }"

    @pytest.mark.parametrize(
        ("name", "kind"),
        [("A", OperationType.QUERY), ("B", OperationType.MUTATION), ("C", OperationType.SUBSCRIPTION)],
    )
    def test_the_name_chooses(self, name: str, kind: OperationType) -> None:
        assert read_document(schema, self.DOCUMENT, LIMITS).kind(name) is kind

    @pytest.mark.parametrize("name", [None, "D"])
    def test_no_choice_or_an_unknown_one_is_refused(self, name: str | None) -> None:
        with pytest.raises(BadDocument):
            read_document(schema, self.DOCUMENT, LIMITS).kind(name)
