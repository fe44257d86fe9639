"""Every request has an id: in its logs, in its answer's headers, in the errors that are masked."""

import re
from secrets import token_hex
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.request_state import open_state
from runtime.logs import request_id

_SANE: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIds:
    """Takes the id a proxy sent in X-Request-ID when it is harmless, else makes one, and sends it back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request under its id."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        state = open_state(scope, given if _SANE.fullmatch(given) else token_hex(8))

        async def tagged(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                MutableHeaders(scope=message)["x-request-id"] = state.id
            await send(message)

        token = request_id.set(state.id)
        try:
            await self._app(scope, receive, tagged)
        finally:
            request_id.reset(token)
