"""A partner's server: a real one on this machine, that answers as it is told to and remembers what it got."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

HANGS = "hangs"


@dataclass(frozen=True, slots=True)
class Received:
    """One request, its headers in small letters."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The message's id."""
        return self.headers["webhook-id"]

    @property
    def plain(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass(slots=True)
class PartnerServer:
    """`answers` are given in their order, then 204 for ever; one is the head of an HTTP response, or HANGS."""

    url: str = ""
    answers: list[str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = [line.partition(":") for line in head.split("\r\n")[1:] if line]
            headers = {name.lower(): text.strip() for name, _, text in lines}
            body = await reader.readexactly(int(headers["content-length"]))
            self.received.append(Received(headers, body))
            answer = self.answers.pop(0) if self.answers else "204 No Content"
            if answer == HANGS:
                await self.closing.wait()
            else:
                writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has gone
        finally:
            writer.close()


@asynccontextmanager
async def partner_server(*answers: str) -> AsyncIterator[PartnerServer]:
    """The server, as long as the block lasts."""
    partner = PartnerServer(answers=list(answers))
    server = await asyncio.start_server(partner.serve, "127.0.0.1", 0)
    partner.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/orders"
    try:
        yield partner
    finally:
        partner.closing.set()
        server.close()
        await server.wait_closed()
