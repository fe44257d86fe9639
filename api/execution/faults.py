"""What an error may say to a client, and what is logged instead."""

import logging
from typing import Any, Final

from graphql import FieldNode, GraphQLError

from resolvers.errors import ErrorCode, GraphQLRefusal
from services.faults import Retryable

_log: Final = logging.getLogger("regulars.api")

RETRY_MESSAGE: Final = "A store did not answer; whether it took effect is not known. Try again with the same key."
INTERNAL_MESSAGE: Final = "Internal error"
_LONGEST_MESSAGE: Final = 500


def error_body(code: ErrorCode, message: str, **extensions: Any) -> dict[str, Any]:
    """A GraphQL response without data: one error with its code."""
    return {"errors": [{"message": message, "extensions": {"code": code.value, **extensions}}]}


def fault_body(fault: BaseException, request_id: str) -> dict[str, Any]:
    """The response for an exception outside any field: logged, and masked unless it is a refusal."""
    if isinstance(fault, GraphQLRefusal):
        return {"errors": [tell(fault, request_id)]}
    return {"errors": [_masked(fault, request_id, {})]}


def tell(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """One error as a client sees it: always with a code, never with the text of a programming error.

    Refusals and what is wrong with the request itself pass through; the rest is logged and masked.
    """
    told: dict[str, Any] = dict(error.formatted)
    cause = _cause(error)
    if isinstance(cause, GraphQLRefusal):
        told["extensions"] = dict(cause.extensions or {})
        return told
    if _of_the_request(error, cause):
        told["extensions"] = {"code": ErrorCode.BAD_REQUEST.value}
        if not isinstance(cause, GraphQLError | ValueError):
            told["message"] = "A value in the request is not what its type asks for."
        told["message"] = _cut(told["message"])
        return told
    return _masked(cause, request_id, told, field=_field(error))


def _masked(
    fault: BaseException, request_id: str, told: dict[str, Any], *, field: str | None = None
) -> dict[str, Any]:
    if isinstance(fault, Retryable):
        _log.warning("retryable fault", exc_info=fault, extra={"request_id": request_id, "field": field})
        return told | {"message": RETRY_MESSAGE, "extensions": {"code": ErrorCode.RETRYABLE.value}}
    _log.error("internal fault", exc_info=fault, extra={"request_id": request_id, "field": field})
    extensions = {"code": ErrorCode.INTERNAL.value, "requestId": request_id}
    return told | {"message": INTERNAL_MESSAGE, "extensions": extensions}


def _cut(message: str) -> str:
    """GraphQL quotes what it refuses, and that may be as long as the document."""
    return message if len(message) <= _LONGEST_MESSAGE else f"{message[:_LONGEST_MESSAGE]}…"


def _cause(error: GraphQLError) -> BaseException:
    """The exception at the bottom: graphql-core wraps what a resolver raised, sometimes more than once."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and not isinstance(cause, GraphQLRefusal) and cause.original_error:
        cause = cause.original_error
    return cause


def _of_the_request(error: GraphQLError, cause: BaseException) -> bool:
    """Whether the sender is at fault: no field was reached, or an argument of the field cannot be read.

    A plain GraphQLError that points at a field was raised by graphql-core about a resolver's answer
    ("cannot represent …"), and quotes it: that is our fault, and masked.
    """
    if error.path is None:
        return True
    nodes = cause.nodes if isinstance(cause, GraphQLError) else None
    return nodes is not None and len(nodes) > 0 and not isinstance(nodes[0], FieldNode)


def _field(error: GraphQLError) -> str | None:
    node = error.nodes[0] if error.nodes else None
    return node.name.value if isinstance(node, FieldNode) else None
