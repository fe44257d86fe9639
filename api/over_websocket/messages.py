"""The messages of graphql-transport-ws, and the codes it closes sockets with."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import orjson

from api.execution.parameters import BadParameters, Parameters, read_parameters

SUBPROTOCOL: Final = "graphql-transport-ws"
_LONGEST_ID: Final = 256


class CloseCode(IntEnum):
    """Why a socket was closed; from 4400 on the protocol's own codes."""

    TRY_AGAIN = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    DUPLICATE_ID = 4409
    TOO_MANY_INITS = 4429
    INTERNAL = 4500


class Close(Exception):
    """Close the socket with this code; the reason is for the client's developer, at most 123 bytes."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Init:
    """The client introduces itself."""

    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The client starts an operation under an id of its own."""

    id: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Complete:
    """The client is done with an operation."""

    id: str


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks for a pong."""


@dataclass(frozen=True, slots=True)
class Pong:
    """Answers a ping, or is sent unasked."""


Message = Init | Subscribe | Complete | Ping | Pong


def read_message(text: str, *, variables_depth: int) -> Message:
    """The message in a text frame. Raises Close with 4400 for everything the protocol does not know."""
    try:
        plain = orjson.loads(text)
    except ValueError:
        raise Close(CloseCode.BAD_REQUEST, "The message is not JSON.") from None
    if not isinstance(plain, dict):
        raise Close(CloseCode.BAD_REQUEST, "The message is not an object.")
    payload = plain.get("payload")
    match plain.get("type"):
        case "subscribe":
            return Subscribe(_id(plain), _parameters(payload, variables_depth))
        case "complete":
            return Complete(_id(plain))
        case "connection_init" | "ping" | "pong" as kind if isinstance(payload, dict | None):
            return Init(payload or {}) if kind == "connection_init" else Ping() if kind == "ping" else Pong()
    raise Close(CloseCode.BAD_REQUEST, "The message is of no type that the protocol knows.")


def _id(plain: dict[str, Any]) -> str:
    given = plain.get("id")
    if not isinstance(given, str) or not 0 < len(given) <= _LONGEST_ID:
        raise Close(CloseCode.BAD_REQUEST, "The message needs an id.")
    return given


def _parameters(payload: Any, variables_depth: int) -> Parameters:
    try:
        return read_parameters(payload, variables_depth=variables_depth)
    except BadParameters as refusal:
        raise Close(CloseCode.BAD_REQUEST, str(refusal)) from None
