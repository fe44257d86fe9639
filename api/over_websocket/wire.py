"""One WebSocket as a sequence of text messages, whatever the moment at which the client hangs up."""

from typing import Any, Final

from starlette.types import Receive, Send

from api.encoding import encode
from api.over_websocket.messages import Close, CloseCode

_LONGEST_REASON: Final = 123


class Wire:
    """Reads and writes text frames. Writing to a socket that is gone does nothing."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._open = True

    async def accept(self, subprotocol: str | None) -> None:
        """Finish the handshake."""
        await self._receive()
        await self._write({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})

    async def read(self) -> str | None:
        """The next text; None once the client is gone. Raises Close for a binary frame."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self._open = False
            return None
        text: str | None = message.get("text")
        if text is None:
            raise Close(CloseCode.BAD_REQUEST, "Messages are text.")
        return text

    async def tell(self, kind: str, **fields: Any) -> None:
        """Send one message of the protocol."""
        text = encode({"type": kind, **fields}).decode()
        await self._write({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        """Close the socket; a second time does nothing. A reason is cut to what a close frame can hold."""
        held = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
        await self._write({"type": "websocket.close", "code": code, "reason": held})
        self._open = False

    async def _write(self, message: dict[str, Any]) -> None:
        if not self._open:
            return
        try:
            await self._send(message)
        except (OSError, RuntimeError):
            # The server's way of saying that the client left, or that the socket is closed already.
            self._open = False
