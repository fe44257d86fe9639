"""One client's session: it introduces itself, then runs operations side by side."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from time import perf_counter

from api.auth.authenticator import Authenticator
from api.auth.bad_token import BadToken
from api.execution.answers import answers_to
from api.execution.document import BadDocument
from api.execution.engine import Body, Engine, refusal_body
from api.execution.faults import error_body
from api.metrics import Metrics
from api.options import Options
from api.over_http.events import seconds_left
from api.over_websocket.messages import Close, CloseCode, Complete, Init, Message, Ping, Subscribe, read_message
from api.over_websocket.wire import Wire
from resolvers.errors import ErrorCode
from services.faults import Retryable
from services.identity import Identity
from services.request import RequestInfo


@dataclass(slots=True)
class Session:
    """Speaks graphql-transport-ws on one accepted socket, until the client leaves or breaks the protocol.

    `authorization` and `accept_language` are the handshake's headers; a token in the init payload comes first.
    The socket is closed with 4403 when its token expires, so that the client comes back with a fresh one.
    """

    wire: Wire
    engine: Engine
    authenticator: Authenticator
    options: Options
    metrics: Metrics
    request_id: str
    authorization: str | None = None
    accept_language: str = ""
    _identity: Identity | None = None
    _operations: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    _started: int = 0

    async def serve(self) -> None:
        """Serve the session to its end, and stop whatever it still runs."""
        try:
            async with asyncio.timeout(self.options.socket_init_timeout) as lifetime:
                while (text := await self.wire.read()) is not None:
                    await self._take(
                        read_message(text, variables_depth=self.options.limits.variables_depth), lifetime
                    )
        except Close as close:
            await self.wire.close(close.code, close.reason)
        except TimeoutError:
            if self._identity is None:
                await self.wire.close(CloseCode.INIT_TIMEOUT, "Connection initialisation timeout")
            else:
                await self.wire.close(CloseCode.FORBIDDEN, "The token has expired.")
        finally:
            running = list(self._operations.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _take(self, message: Message, lifetime: asyncio.Timeout) -> None:
        match message:
            case Init():
                await self._introduce(message, lifetime)
            case Ping():
                await self.wire.tell("pong")
            case Subscribe():
                await self._subscribe(message)
            case Complete(id):
                if task := self._operations.pop(id, None):
                    task.cancel()

    async def _introduce(self, init: Init, lifetime: asyncio.Timeout) -> None:
        if self._identity is not None:
            raise Close(CloseCode.TOO_MANY_INITS, "Too many initialisation requests")
        given = init.payload.get("Authorization", init.payload.get("authorization", self.authorization))
        if not isinstance(given, str | None):
            raise Close(CloseCode.FORBIDDEN, "The token must be a string.")
        try:
            self._identity = await self.authenticator.identify(given)
        except BadToken as refusal:
            raise Close(CloseCode.FORBIDDEN, str(refusal)) from None
        except Retryable:
            raise Close(CloseCode.TRY_AGAIN, "Tokens cannot be judged right now.") from None
        left = seconds_left(self._identity)
        lifetime.reschedule(None if left is None else asyncio.get_running_loop().time() + left)
        await self.wire.tell("connection_ack")

    async def _subscribe(self, message: Subscribe) -> None:
        if self._identity is None:
            raise Close(CloseCode.UNAUTHORIZED, "Unauthorized")
        if message.id in self._operations:
            raise Close(CloseCode.DUPLICATE_ID, f"Subscriber for {message.id[:60]} already exists")
        if len(self._operations) >= self.options.operations_per_socket:
            refusal = error_body(ErrorCode.RATE_LIMITED, "Too many operations on one socket: complete some first.")
            await self.wire.tell("error", id=message.id, payload=refusal["errors"])
            return
        self._started += 1
        info = RequestInfo(f"{self.request_id}-{self._started}", self.accept_language)
        started = perf_counter()
        try:
            operation = self.engine.prepare(message.parameters)
        except BadDocument as refused:
            body = refusal_body(refused, info.id)
            self.metrics.operation("websocket", "none", body, perf_counter() - started)
            await self.wire.tell("error", id=message.id, payload=body["errors"])
            return
        self._operations[message.id] = asyncio.create_task(
            self._run(
                message.id,
                answers_to(
                    operation,
                    self._identity,
                    info,
                    engine=self.engine,
                    metrics=self.metrics,
                    transport="websocket",
                ),
            )
        )

    async def _run(self, id: str, answers: AsyncGenerator[Body, None]) -> None:
        async with aclosing(answers):
            async for body in answers:
                if "data" not in body:
                    self._forget(id)
                    await self.wire.tell("error", id=id, payload=body["errors"])
                    return
                await self.wire.tell("next", id=id, payload=body)
        self._forget(id)
        await self.wire.tell("complete", id=id)

    def _forget(self, id: str) -> None:
        """Free the id before the client hears the end: it may use it again at once."""
        if self._operations.get(id) is asyncio.current_task():
            del self._operations[id]
