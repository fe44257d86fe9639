"""Server-sent events: one operation a connection (graphql-sse, distinct connections mode)."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from datetime import UTC, datetime
from typing import Any, Final

from starlette.types import Receive, Send

from api.auth.authenticator import LEEWAY_SECONDS
from api.encoding import encode
from api.execution.engine import Body
from api.execution.faults import error_body
from resolvers.errors import ErrorCode
from services.identity import Identity

_COMPLETE: Final = b"event: complete\ndata: \n\n"
_KEEP_ALIVE: Final = b":\n\n"
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def seconds_left(identity: Identity) -> float | None:
    """How long a connection of this identity may last: to its token's expiry, with the same leeway as at first."""
    if identity.expires_at is None:
        return None
    return max(0.0, (identity.expires_at - datetime.now(UTC)).total_seconds() + LEEWAY_SECONDS)


class EventStream:
    """Sends answers as `next` events and then `complete`; comments keep proxies from closing a quiet stream.

    Ends at once when the client leaves, the token expires (said in a last `next`) or the server goes down (then
    without `complete`, so that the client comes back).
    """

    def __init__(self, receive: Receive, send: Send, *, closing: asyncio.Event, keep_alive: float) -> None:
        self._receive = receive
        self._send = send
        self._closing = closing
        self._keep_alive = keep_alive

    async def serve(self, answers: AsyncGenerator[Body, None], *, lifetime: float | None) -> None:
        """Serve the stream to its end, and close the source whatever happens."""
        loop = asyncio.get_running_loop()
        deadline = None if lifetime is None else loop.time() + lifetime
        await self._send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await self._write(_KEEP_ALIVE)
        over = {_task(self._closing.wait()), _task(self._left())}
        upcoming = _task(_next(answers))
        try:
            while True:
                left = self._keep_alive if deadline is None else min(self._keep_alive, deadline - loop.time())
                done, _ = await asyncio.wait(
                    {*over, upcoming}, timeout=max(0.0, left), return_when=asyncio.FIRST_COMPLETED
                )
                if done & over:
                    break
                if upcoming in done:
                    if (answer := upcoming.result()) is None:
                        await self._write(_COMPLETE)
                        break
                    await self._write(_event(answer))
                    upcoming = _task(_next(answers))
                elif deadline is not None and loop.time() >= deadline:
                    expired = error_body(ErrorCode.UNAUTHENTICATED, "The token has expired.")
                    await self._write(_event(expired) + _COMPLETE)
                    break
                else:
                    await self._write(_KEEP_ALIVE)
        finally:
            for task in (*over, upcoming):
                task.cancel()
            await asyncio.gather(*over, upcoming, return_exceptions=True)
            await answers.aclose()
        await self._write(b"", more=False)

    async def _write(self, chunk: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": chunk, "more_body": more})

    async def _left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _event(answer: Body) -> bytes:
    return b"event: next\ndata: " + encode(answer) + b"\n\n"


async def _next(answers: AsyncGenerator[Body, None]) -> Body | None:
    return await anext(answers, None)


def _task(work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
    return asyncio.create_task(work)
