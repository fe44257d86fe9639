"""A partner's server that only counts: what it got by id, how often, and in which order."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_WELL = b"HTTP/1.1 204 No Content\r\n\r\n"
_ID, _LENGTH = b"\r\nwebhook-id:", b"\r\ncontent-length:"


@dataclass(slots=True)
class Receiver:
    """`got`: how often each message came. `order`: of each member what came for the first time, in that order."""

    url: str = ""
    got: Counter[str] = field(default_factory=Counter)
    order: dict[str, list[int]] = field(default_factory=dict)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, any number of requests."""
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                body = await reader.readexactly(int(_value(head, _LENGTH)))
                self._count(_value(head, _ID), json.loads(body)["data"])
                writer.write(_WELL)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has gone, or was killed
        finally:
            writer.close()

    def _count(self, id: str, data: dict[str, object]) -> None:
        self.got[id] += 1
        if self.got[id] == 1:
            facts = data["data"]
            assert isinstance(facts, dict)
            self.order.setdefault(str(data["member"]), []).append(facts["number"])


@asynccontextmanager
async def a_receiver() -> AsyncIterator[Receiver]:
    """It listens as long as the block lasts."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, backlog=512)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/alerts"
    try:
        yield receiver
    finally:
        server.close()


def _value(head: bytes, name: bytes) -> str:
    start = head.index(name) + len(name)
    return head[start : head.index(b"\r\n", start)].decode().strip()
