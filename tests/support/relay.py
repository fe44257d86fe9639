"""A relay on the loopback address between a server and whoever connects: to cut, and to keep answers back."""

import asyncio
from collections.abc import Callable, Collection
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from runtime.embedded.ports import LOOPBACK

_CHUNK = 65_536
AN_INSERT_OF_ENTRIES = b"\x02insert\x00\x08\x00\x00\x00entries\x00"
"""What a request to MongoDB holds that inserts entries."""


class _Link:
    """One connection through a relay, from `caller`; `carrying` is the task that moves its bytes."""

    carrying: "asyncio.Future[None]"

    def __init__(self, near: asyncio.StreamWriter, caller: int | None) -> None:
        self.caller = caller
        self.trapped = False
        self.near = near
        self.far: asyncio.StreamWriter | None = None

    def close(self) -> None:
        """Ends it for both sides."""
        for side in (self.near, self.far):
            if side:
                side.close()


def port_of(address: str) -> int:
    """The port in an address of one server."""
    port = urlsplit(address).port
    assert port is not None
    return port


class Relay:
    """`async with Relay(port) as relay:` what comes to `relay.port` goes on to `port`, and the answers back.

    `who` names the caller at a port, for `cut`.
    """

    def __init__(self, target: int, who: Callable[[int], int | None] = lambda _port: None) -> None:
        self._target = target
        self._who = who
        self._links: set[_Link] = set()
        self._cut: Collection[int] = ()
        self._markers: Collection[bytes] = ()
        self._losing = False
        self.kept = bytearray()
        """The answers that were trapped."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, LOOPBACK, 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for link in self._links:
            link.carrying.cancel()
            link.close()
        await asyncio.gather(*(link.carrying for link in self._links), return_exceptions=True)
        await self._server.wait_closed()

    def instead_in(self, address: str) -> str:
        """The address of the server, with this relay in its place."""
        return address.replace(f":{self._target}", f":{self.port}")

    def cut(self, callers: Collection[int]) -> None:
        """Nothing passes from or to these callers until `heal`, and nobody is told."""
        self._cut = callers
        for link in self._links:
            if link.caller in callers:
                link.carrying.cancel()

    def heal(self) -> None:
        """What was cut is closed; what comes from now on passes."""
        for link in [link for link in self._links if link.caller in self._cut]:
            link.close()
            self._links.discard(link)
        self._cut = ()

    def trap(self, *markers: bytes, lose: bool = False) -> None:
        """Keeps back the answers on connections whose request holds a marker; `lose`: and closes these instead.

        A connection once trapped stays so. Without markers nothing more is trapped.
        """
        self._markers, self._losing = markers, lose

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(writer, self._who(writer.get_extra_info("peername")[1]))
        self._links.add(link)
        link.carrying = asyncio.ensure_future(self._carry(link, reader))
        if link.caller in self._cut:
            link.carrying.cancel()

    async def _carry(self, link: _Link, reader: asyncio.StreamReader) -> None:
        """Until one side ends it, and then for neither; a link that was cancelled stays as it is."""
        try:
            far_reader, link.far = await asyncio.open_connection(LOOPBACK, self._target)
            requests = asyncio.ensure_future(self._requests(link, reader, link.far))
            answers = asyncio.ensure_future(self._answers(link, far_reader))
            try:
                await asyncio.wait({requests, answers}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                requests.cancel()
                answers.cancel()
                await asyncio.gather(requests, answers, return_exceptions=True)
        except ConnectionError:
            pass
        link.close()
        self._links.discard(link)

    async def _requests(self, link: _Link, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(_CHUNK):
            link.trapped |= any(marker in chunk for marker in self._markers)
            sink.write(chunk)
            await sink.drain()

    async def _answers(self, link: _Link, source: asyncio.StreamReader) -> None:
        while chunk := await source.read(_CHUNK):
            if link.trapped:
                self.kept += chunk
            if link.trapped and self._losing:
                return
            if not link.trapped:
                link.near.write(chunk)
                await link.near.drain()
