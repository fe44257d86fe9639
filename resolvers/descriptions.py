"""Descriptions for clients out of docstrings, so that what is said once is said to all."""

import inspect
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

_DEFINITION = "strawberry-definition"


def describe(schema: GraphQLSchema) -> None:
    """Gives each type and field that has no description of its own the docstring it was written with."""
    for type in schema.type_map.values():
        definition = type.extensions.get(_DEFINITION)
        type.description = type.description or _doc_of(_origin(definition))
        if isinstance(type, GraphQLObjectType | GraphQLInterfaceType):
            for field in type.fields.values():
                resolver = getattr(field.extensions.get(_DEFINITION), "base_resolver", None)
                field.description = field.description or _doc_of(getattr(resolver, "wrapped_func", None))


def _origin(definition: Any) -> Any:
    return getattr(definition, "origin", None) or getattr(definition, "wrapped_cls", None)


def _doc_of(thing: Any) -> str | None:
    doc = getattr(thing, "__doc__", None)
    # What a dataclass says of itself is its signature.
    if not doc or doc.startswith(f"{getattr(thing, '__name__', '')}("):
        return None
    return inspect.cleandoc(doc)
