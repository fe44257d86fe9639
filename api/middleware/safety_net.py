"""The last net: an exception that nothing caught becomes a masked answer, not a closed connection."""

from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.encoding import encode
from api.execution.faults import fault_body
from api.request_state import state_of
from services.faults import Retryable

_RETRY_AFTER_SECONDS: Final = "1"


class SafetyNet:
    """Answers 500 for a fault and 503 for a passing one, as GraphQL-shaped errors, and logs it with its id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as fault:
            body = fault_body(fault, state_of(scope).id)
            if started:
                raise
            passing = isinstance(fault, Retryable)
            response = Response(
                encode(body), 503 if passing else 500, {"cache-control": "no-store"}, "application/json"
            )
            if passing:
                response.headers["retry-after"] = _RETRY_AFTER_SECONDS
            await response(scope, receive, send)
