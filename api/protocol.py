"""HTTP as uvicorn speaks it, with bounds on the head of a request, which uvicorn has none for."""

from asyncio import TimerHandle, Transport
from typing import Any, Final

import orjson
from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.execution.faults import error_body
from resolvers.errors import ErrorCode

LARGEST_HEAD: Final = 64 * 1024
HEAD_SECONDS: Final = 20.0
_LINGER_SECONDS: Final = 2.0


class Protocol(HttpToolsProtocol):
    """One connection. A head has `LARGEST_HEAD` bytes and `HEAD_SECONDS` to come in: otherwise 431 or 408.

    At shutdown event streams are told to end. WebSockets uvicorn closes itself, with 1012. Without this an open
    event stream would hold the stop up for the whole grace period.
    """

    head_seconds = HEAD_SECONDS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head_timer: TimerHandle | None = None
        self._head_bytes = 0
        self._in_head = True
        self._refused = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """A client is there and has to ask for something."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, or was let go."""
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes of a head that is never complete are counted too: the parser keeps them all."""
        if self._refused:
            return
        self._head_bytes += len(data) if self._in_head else 0
        super().data_received(data)
        if self._in_head and self._head_bytes > LARGEST_HEAD:
            self._refuse(431, "The head of the request is too large.")

    def on_message_begin(self) -> None:
        """The first byte of a request, which may be the next one of the same connection."""
        super().on_message_begin()
        if not self._in_head:
            self._await_head()

    def on_headers_complete(self) -> None:
        """The head is there: from here on the application has its own bounds."""
        self._end_head()
        if sum(len(name) + len(value) for name, value in self.headers) + len(self.url) > LARGEST_HEAD:
            self._refuse(431, "The head of the request is too large.")
            raise HttpParserError
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP at all is told so, in the shape of every other answer."""
        self._refuse(400, "This is not a request in HTTP/1.1.")

    def shutdown(self) -> None:
        """The server is going down: called once for each open connection."""
        if (closing := self.app_state.get("closing")) is not None:
            closing.set()
        super().shutdown()

    def _await_head(self) -> None:
        self._in_head = True
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(self.head_seconds, self._come_too_slowly)

    def _end_head(self) -> None:
        self._in_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _come_too_slowly(self) -> None:
        self._refuse(408, "The head of the request came too slowly.")

    def _refuse(self, status: int, message: str) -> None:
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        body = orjson.dumps(error_body(ErrorCode.BAD_REQUEST, message))
        head = (
            b"content-type: application/json; charset=utf-8\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        )
        self.transport.write(STATUS_LINE[status] + head + body)
        # To close with bytes unread would reset the connection, and the answer with it.
        self.transport.write_eof()
        self._head_timer = self.loop.call_later(_LINGER_SECONDS, self.transport.close)
