"""The GraphQL endpoint for WebSockets."""

import logging
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from api.auth.authenticator import Authenticator
from api.execution.engine import Engine
from api.metrics import Metrics
from api.options import Options
from api.over_websocket.messages import SUBPROTOCOL, CloseCode
from api.over_websocket.session import Session
from api.over_websocket.wire import Wire
from api.request_state import state_of

_log: Final = logging.getLogger("regulars.api")


@dataclass(frozen=True, slots=True)
class GraphQLOverWebSocket:
    """An ASGI application that accepts sockets which speak graphql-transport-ws, and no others."""

    engine: Engine
    authenticator: Authenticator
    options: Options
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket to its end."""
        wire = Wire(receive, send)
        if SUBPROTOCOL not in scope.get("subprotocols", []):
            await wire.accept(None)
            await wire.close(CloseCode.SUBPROTOCOL, "Subprotocol not acceptable")
            return
        await wire.accept(SUBPROTOCOL)
        headers = Headers(scope=scope)
        session = Session(
            wire=wire,
            engine=self.engine,
            authenticator=self.authenticator,
            options=self.options,
            metrics=self.metrics,
            request_id=state_of(scope).id,
            authorization=headers.get("authorization"),
            accept_language=headers.get("accept-language", "")[:200],
        )
        with self.metrics.socket():
            try:
                await session.serve()
            except Exception:
                _log.exception("socket failed")
                await wire.close(CloseCode.INTERNAL, "Internal error")
