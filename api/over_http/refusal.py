"""Requests refused before GraphQL sees them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from resolvers.errors import ErrorCode

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class HttpRefusal(Exception):
    """Answered with `status` and a GraphQL-shaped error; the message is for the client."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: ErrorCode = ErrorCode.BAD_REQUEST,
        headers: Mapping[str, str] = _NONE,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers
