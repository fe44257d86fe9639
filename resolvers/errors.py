"""Top-level errors of the API: for faults, roles and bad documents. Expected refusals are data instead."""

from enum import StrEnum

from graphql import GraphQLError


class ErrorCode(StrEnum):
    """The closed list of `extensions.code`."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_REQUEST = "BAD_REQUEST"
    RATE_LIMITED = "RATE_LIMITED"
    RETRYABLE = "RETRYABLE"
    INTERNAL = "INTERNAL"


class GraphQLRefusal(GraphQLError):
    """The one exception whose text reaches a client, with its code. Every other exception is masked."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message, extensions={"code": code.value})
        self.code = code


def unauthenticated() -> GraphQLRefusal:
    """Nobody is signed in, and this needs somebody."""
    return GraphQLRefusal(ErrorCode.UNAUTHENTICATED, "Sign in first: send a bearer token.")


def forbidden(message: str = "Your role may not see or do this.") -> GraphQLRefusal:
    """Somebody is signed in, and may not."""
    return GraphQLRefusal(ErrorCode.FORBIDDEN, message)


def bad_request(message: str) -> GraphQLRefusal:
    """The request makes no sense: an id that is none, a page size out of range."""
    return GraphQLRefusal(ErrorCode.BAD_REQUEST, message)
