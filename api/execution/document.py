"""From a query's text to a document that is safe to execute: parsed, weighed, validated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.execution.overlap import TooMuchOverlap, check_overlap
from api.execution.weight import CyclicFragments, weigh_document
from api.options import Limits

_RULES: Final = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
_MOST_ERRORS: Final = 20


class BadDocument(Exception):
    """The request cannot be executed; `errors` say why, in GraphQL's own words."""

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__("bad document")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document. `operations` has the kind of each operation by its name, "" for the nameless one."""

    node: DocumentNode
    operations: Mapping[str, OperationType]

    def kind(self, name: str | None) -> OperationType:
        """What kind the chosen operation is. Refuses with BadDocument when the choice is missing or unclear."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise BadDocument(GraphQLError("Name the operation to run in `operationName`."))
        if not name or name not in self.operations:
            raise BadDocument(GraphQLError("The document has no operation of the name in `operationName`."))
        return self.operations[name]


def read_document(schema: strawberry.Schema, source: str, limits: Limits) -> Document:
    """The document of a query text. Refuses bad syntax, weight past the limits and invalid documents: BadDocument.

    The work is bounded before it is done: length and tokens while parsing, weight in one linear walk, and only
    then validation, some of whose rules cost more than linear.
    """
    try:
        node = _parse(source, limits)
        _check_weight(node, limits)
        errors = validate(schema._schema, node, _RULES, max_errors=_MOST_ERRORS)
    except RecursionError:
        raise BadDocument(GraphQLError("The document is nested too deeply.")) from None
    if errors:
        raise BadDocument(*errors)
    return Document(node, _operations(node))


def _parse(source: str, limits: Limits) -> DocumentNode:
    try:
        return parse(
            source,
            max_lexical_tokens=limits.tokens,
            max_comments=limits.tokens,
            max_source_length=limits.source_length,
            allow_empty_selection_sets=False,
        )
    except GraphQLError as error:
        raise BadDocument(error) from None


def _check_weight(node: DocumentNode, limits: Limits) -> None:
    if len(node.definitions) > limits.definitions:
        raise BadDocument(GraphQLError(f"The document has more than {limits.definitions} definitions."))
    try:
        weight = weigh_document(node)
    except CyclicFragments:
        raise BadDocument(GraphQLError("A fragment of the document spreads itself.")) from None
    for measure, most in (("depth", limits.depth), ("aliases", limits.aliases), ("fields", limits.fields)):
        if getattr(weight, measure) > most:
            raise BadDocument(GraphQLError(f"The document has more than {most} {_NAMES[measure]}."))
    try:
        check_overlap(node, limits.overlap)
    except TooMuchOverlap:
        raise BadDocument(GraphQLError("The document repeats its fields too often.")) from None


_NAMES: Final = {"depth": "levels", "aliases": "aliases", "fields": "fields, its fragments spread"}


def _operations(node: DocumentNode) -> dict[str, OperationType]:
    return {
        definition.name.value if definition.name else "": definition.operation
        for definition in node.definitions
        if isinstance(definition, OperationDefinitionNode)
    }
