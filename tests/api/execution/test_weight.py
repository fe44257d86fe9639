"""The weight of a document, and the work of finding it."""

import pytest
from graphql import FragmentDefinitionNode, parse

from api.execution.weight import CyclicFragments, Scales, Weight, weigh_document


@pytest.mark.parametrize(
    ("source", "weight"),
    [
        ("{ a }", Weight(depth=1, aliases=0, fields=1)),
        ("{ a { b { c } } d }", Weight(depth=3, aliases=0, fields=4)),
        ("{ x: a y: a { z: b } }", Weight(depth=2, aliases=3, fields=3)),
        ("{ ... { a ... on T { b } } }", Weight(depth=1, aliases=0, fields=4)),
        ("{ a { ...f } ...f } fragment f on T { x: b { c } }", Weight(depth=3, aliases=2, fields=7)),
        ("{ ...missing }", Weight(depth=0, aliases=0, fields=1)),
        ("query A { a } query B { b { c } x: d }", Weight(depth=2, aliases=1, fields=3)),
    ],
)
def test_fragments_count_wherever_they_are_spread(source: str, weight: Weight) -> None:
    assert weigh_document(parse(source)) == weight


@pytest.mark.parametrize(
    "source", ["fragment f on T { ...f }", "fragment f on T { a { ...g } } fragment g on T { ...f }"]
)
def test_a_fragment_within_itself_has_no_weight(source: str) -> None:
    with pytest.raises(CyclicFragments):
        weigh_document(parse(source))


def test_chained_fragments_weigh_exponentially_but_each_selection_is_visited_once() -> None:
    links = "".join(f"fragment f{n} on T {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
    document = parse(links + "fragment f60 on T { a }")
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    scales = Scales(fragments)
    assert scales.weigh_fragment("f0").fields == 2**60 * 3 - 2
    assert scales.visited == 2 * 60 + 1
