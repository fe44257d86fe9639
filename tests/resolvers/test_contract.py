"""The schema holds the contract, but for a list that can only shrink; `schema.graphql` is what the code prints."""

from pathlib import Path

from graphql import build_schema, is_specified_scalar_type

from resolvers.schema import print_sdl
from tests.resolvers.contract import demands, departures, missing, parts

TESTS = Path(__file__).parent.parent
CONTRACT = build_schema((TESTS / "contract.graphql").read_text())
OURS = build_schema(print_sdl())


def listed() -> list[str]:
    lines = (TESTS / "contract_missing.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_what_the_schema_lacks_is_what_the_list_says() -> None:
    assert sorted(missing(parts(CONTRACT), parts(OURS))) == listed()


def test_what_is_there_is_as_the_contract_has_it() -> None:
    assert departures(parts(CONTRACT), parts(OURS)) == {}


def test_nothing_is_asked_for_that_clients_of_the_contract_would_not_send() -> None:
    assert demands(parts(CONTRACT), OURS) == set()


def test_the_committed_schema_is_what_the_code_prints() -> None:
    assert (TESTS.parent / "schema.graphql").read_text() == print_sdl()


def test_every_type_says_what_it_is() -> None:
    silent = [
        name
        for name, type in OURS.type_map.items()
        if not (name.startswith("__") or is_specified_scalar_type(type) or type.description)
    ]
    assert silent == []


class TestComparison:
    """The comparison itself sees every way of departing."""

    def compare(self, contract: str, ours: str) -> tuple[set[str], dict[str, tuple[str, str]], set[str]]:
        theirs, made = build_schema(contract), build_schema(ours)
        return (
            missing(parts(theirs), parts(made)),
            departures(parts(theirs), parts(made)),
            demands(parts(theirs), made),
        )

    def test_missing_parts_are_named_outermost_first(self) -> None:
        contract = """
            interface Node { id: ID! } enum Kind { A B } type Gone { x: Int }
            type Query implements Node { id: ID! a(b: Int): Int c: Int kind: Kind gone: Gone }
        """
        ours = "interface Node { id: ID! } enum Kind { A } type Query { id: ID! a: Int kind: Kind }"
        absent = {"Gone", "Query.gone", "Query.c", "Query.a(b)", "Kind.B", "Query implements Node"}
        assert self.compare(contract, ours) == (absent, {}, set())

    def test_other_types_nullability_and_defaults_are_departures(self) -> None:
        contract = "input In @oneOf { x: Int } type Query { a(b: Int = 20, i: In): Int! c: [Int!]! }"
        ours = "input In { x: Int } type Query { a(b: Int = 10, i: In): Int c: [Int]! }"
        assert self.compare(contract, ours)[1] == {
            "In": ("GraphQLInputObjectType @oneOf", "GraphQLInputObjectType"),
            "Query.a": ("Int!", "Int"),
            "Query.a(b)": ("Int = 20", "Int = 10"),
            "Query.c": ("[Int!]!", "[Int]!"),
        }

    def test_what_is_beyond_the_contract_demands_nothing(self) -> None:
        ours = "input In { y: Int! } type Query { a: Int b(i: In!): Int }"
        assert self.compare("type Query { a: Int }", ours)[2] == set()

    def test_new_required_inputs_are_demands_and_optional_ones_are_not(self) -> None:
        contract = "input In { x: Int } type Query { a(i: In): Int }"
        ours = "input In { x: Int y: Int! z: Int! = 1 } type Query { a(i: In, c: Int!, d: Int): Int! e: Int! }"
        assert self.compare(contract, ours)[2] == {"In.y", "Query.a(c)"}
