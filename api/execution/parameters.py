"""The parameters of a GraphQL request, as every transport carries them."""

from dataclasses import dataclass
from typing import Any


class BadParameters(Exception):
    """The request is not well-formed; the text says where, in words a client may read."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """A well-formed request: the types are right, whatever the document says."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None


def read_parameters(plain: Any, *, variables_depth: int) -> Parameters:
    """The parameters in a decoded JSON value. Refuses other shapes with BadParameters.

    `extensions` is checked for its type and otherwise unused; what is unknown is ignored, as the draft has it.
    """
    if not isinstance(plain, dict):
        raise BadParameters("The request must be one JSON object with a `query`.")
    query, name = plain.get("query"), plain.get("operationName")
    if not isinstance(query, str):
        raise BadParameters("`query` must be a string.")
    if not isinstance(name, str | None):
        raise BadParameters("`operationName` must be a string or null.")
    for parameter in ("variables", "extensions"):
        if not isinstance(plain.get(parameter), dict | None):
            raise BadParameters(f"`{parameter}` must be an object or null.")
    variables = plain.get("variables")
    if deeper_than(variables, variables_depth):
        raise BadParameters(f"`variables` is nested more than {variables_depth} levels deep.")
    return Parameters(query, name or None, variables)


def deeper_than(value: Any, levels: int) -> bool:
    """Whether JSON lists and objects nest deeper than this; level by level, so that no depth overflows a stack."""
    level = [value]
    for _ in range(levels + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True
