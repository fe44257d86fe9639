"""One line a request: what was asked of which route, how it ended, how long it took. Nothing a person sent."""

import logging
from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.request_state import state_of

_log: Final = logging.getLogger("regulars.access")
_ROUTES: Final = ("/graphql", "/graphiql", "/healthz", "/readyz", "/metrics")
_QUIET: Final = ("/healthz", "/readyz", "/metrics")
_METHODS: Final = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")


class AccessLog:
    """Logs and counts responses; for a WebSocket the line comes when it closes, with the close code."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and log its end."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        started, status = perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._metrics.response(_route(scope), status)
            elif message["type"] == "websocket.close":
                status = message.get("code", 1000)
            await send(message)

        async def hearing() -> Message:
            nonlocal status
            message = await receive()
            if message["type"] == "websocket.disconnect" and not status:
                status = message.get("code", 1005)
            return message

        try:
            await self._app(scope, hearing, noting)
        finally:
            route = _route(scope)
            method = scope.get("method", "WEBSOCKET")
            _log.log(
                logging.DEBUG if route in _QUIET else logging.INFO,
                "request",
                extra={
                    "method": method if method in (*_METHODS, "WEBSOCKET") else "other",
                    "route": route,
                    "status": status,
                    "operation": state_of(scope).operation,
                    "ms": round((perf_counter() - started) * 1000, 1),
                },
            )


def _route(scope: Scope) -> str:
    """The route, from a closed list: a path can hold anything."""
    path: str = scope["path"]
    return next((route for route in _ROUTES if path == route or path.startswith(f"{route}/")), "other")
