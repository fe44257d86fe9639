"""A web server of a provider: a real one on this machine, HTTP/2 over TLS, that answers as it is told to."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from hypercorn.asyncio import serve
from hypercorn.config import Config

HANGS = "hangs"
BREAKS_OFF = bytes.fromhex("00000004000000000000000101040000000188000001000000000001") + b"{"
"""HTTP/2 on the wire: settings, the head of a 200, and the first byte of a body that never ends."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, its headers in small letters."""

    method: str
    path: str
    http: str
    headers: dict[str, str]
    body: bytes

    @property
    def plain(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: a status, headers and a body, given as JSON or as it is."""

    status: int
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(slots=True)
class WebServer:
    """`answers` are given first, in their order; then `judge` says what is answered, as the provider would."""

    judge: Callable[[Asked], Answer]
    url: str = ""
    answers: list[Answer | str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request; the protocol of ASGI."""
        if scope["type"] == "http":
            self.connections.add(tuple(scope["client"]))
            await self._answer(await self._read(scope, receive), send)
        elif scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})

    async def _read(self, scope: Any, receive: Any) -> Asked:
        body, more = b"", True
        while more:
            event = await receive()
            body += event.get("body", b"")
            more = event.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        path = scope["raw_path"].decode() + ("?" + scope["query_string"].decode() if scope["query_string"] else "")
        self.asked.append(Asked(scope["method"], path, scope["http_version"], headers, body))
        return self.asked[-1]

    async def _answer(self, asked: Asked, send: Any) -> None:
        answer = self.answers.pop(0) if self.answers else self.judge(asked)
        if answer == HANGS:
            await self.closing.wait()
            return
        assert isinstance(answer, Answer)
        head = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": head})
        await send({"type": "http.response.body", "body": answer.content})


@asynccontextmanager
async def web_server(
    authority: trustme.CA, folder: Path, judge: Callable[[Asked], Answer]
) -> AsyncIterator[WebServer]:
    """The server, as long as the block lasts; its certificate is of that authority."""
    certificate = authority.issue_cert("localhost")
    chain, key = folder / "chain.pem", folder / "key.pem"
    certificate.private_key_pem.write_to_path(key)
    certificate.cert_chain_pems[0].write_to_path(chain)
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    config = Config()
    config.bind = [f"fd://{bound.detach()}"]
    config.certfile, config.keyfile = str(chain), str(key)
    config.graceful_timeout, config.accesslog, config.errorlog = 0.1, None, None
    server = WebServer(judge, url=f"https://localhost:{_port(config.bind[0])}")
    serving = asyncio.create_task(serve(server, config, shutdown_trigger=server.closing.wait))  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.closing.set()
        await serving


@asynccontextmanager
async def raw_server(authority: trustme.CA, *, says: bytes = b"", protocol: str = "h2") -> AsyncIterator[str]:
    """The address of a server that speaks TLS, says these bytes to whoever connects and closes."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    context.set_alpn_protocols([protocol])

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65_536)
        writer.write(says)
        writer.close()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def _port(bind: str) -> int:
    bound = socket.socket(fileno=int(bind.removeprefix("fd://")))
    port: int = bound.getsockname()[1]
    bound.detach()
    return port
