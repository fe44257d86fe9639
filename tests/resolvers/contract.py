"""Comparing schemas: what of the contract a schema lacks, and where it departs from it.

Names of parts: `Type`, `Type.field`, `Type.field(arg)`, `Enum.VALUE`, and `Type implements Interface`.
"""

from collections.abc import Iterator

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_introspection_type,
    is_specified_scalar_type,
    print_ast,
)

Parts = dict[str, str]
"""What a part is, as text that must be equal: kind, type and default."""


def parts(schema: GraphQLSchema) -> Parts:
    """Every part of a schema, which was built from its definition language, descriptions left aside."""
    return dict(_parts(schema))


def _parts(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    for name, type in schema.type_map.items():
        if not is_introspection_type(type) and not is_specified_scalar_type(type):
            one_of = " @oneOf" if getattr(type, "is_one_of", False) else ""
            yield name, type.__class__.__name__ + one_of
            yield from _parts_of(name, type)


def _parts_of(name: str, type: GraphQLNamedType) -> Iterator[tuple[str, str]]:
    if isinstance(type, GraphQLEnumType):
        yield from ((f"{name}.{value}", "value") for value in type.values)
    if isinstance(type, GraphQLUnionType):
        yield from ((f"{name} of {member.name}", "member") for member in type.types)
    if isinstance(type, GraphQLInputObjectType):
        yield from ((f"{name}.{field}", _input(value)) for field, value in type.fields.items())
    if isinstance(type, GraphQLObjectType | GraphQLInterfaceType):
        yield from ((f"{name} implements {one.name}", "interface") for one in type.interfaces)
        for field, value in type.fields.items():
            yield from _parts_of_field(f"{name}.{field}", value)


def _parts_of_field(name: str, field: GraphQLField) -> Iterator[tuple[str, str]]:
    yield name, str(field.type)
    yield from ((f"{name}({argument})", _input(value)) for argument, value in field.args.items())


def _input(value: GraphQLArgument | GraphQLInputField) -> str:
    default = value.ast_node.default_value if value.ast_node else None
    return f"{value.type} = {print_ast(default)}" if default else str(value.type)


def missing(contract: Parts, ours: Parts) -> set[str]:
    """What we lack: the outermost part only, so that a missing type is one line and not one a field."""
    lacking = contract.keys() - ours.keys()
    return {part for part in lacking if not any(outer in lacking for outer in _around(part))}


def departures(contract: Parts, ours: Parts) -> dict[str, tuple[str, str]]:
    """Where both have a part and it is not the same: (the contract's, ours)."""
    return {part: (is_, ours[part]) for part, is_ in contract.items() if ours.get(part, is_) != is_}


def demands(contract: Parts, ours: GraphQLSchema) -> set[str]:
    """Required arguments and input fields of ours which the contract's clients would not send.

    What we have beyond the contract asks nothing of them.
    """
    return {
        part
        for part, is_ in parts(ours).items()
        if is_.endswith("!") and part not in contract and _is_input(part, ours)
        if all(outer in contract for outer in _around(part))
    }


def _is_input(part: str, schema: GraphQLSchema) -> bool:
    type = schema.type_map.get(part.partition(".")[0])
    return "(" in part or isinstance(type, GraphQLInputObjectType)


def _around(part: str) -> list[str]:
    outer = []
    if "(" in part:
        outer.append(part.partition("(")[0])
    if "." in part:
        outer.append(part.partition(".")[0])
    if " " in part:
        outer.append(part.partition(" ")[0])
    return outer
