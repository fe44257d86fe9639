"""What the layers of one request tell each other, kept in the ASGI scope."""

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.types import Scope

_KEY: Final = "regulars.request"


@dataclass(slots=True)
class RequestState:
    """The request's id, and the kind of its GraphQL operation once that is known."""

    id: str
    operation: str = "none"


def open_state(scope: Scope, request_id: str) -> RequestState:
    """Start the state of a request."""
    state = RequestState(request_id)
    scope[_KEY] = state
    return state


def state_of(scope: Scope) -> RequestState:
    """The state that the request-id middleware started."""
    state: RequestState = scope[_KEY]
    return state


def closing_of(scope: Scope) -> asyncio.Event:
    """Set when the server is going down, for streams that would otherwise hold it up."""
    closing: asyncio.Event = scope["state"]["closing"]
    return closing
