"""A graphql-transport-ws client that lets a test send anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.api.service import Service


class Client:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def tell(self, **message: Any) -> None:
        await self.socket.send(orjson.dumps(message).decode())

    async def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = orjson.loads(await self.socket.recv())
        return message

    async def subscribe(self, id: str, query: str, **more: Any) -> None:
        await self.tell(type="subscribe", id=id, payload={"query": query} | more)

    async def closed(self) -> tuple[int, str]:
        """The code and the reason with which the server closed, once nothing more comes."""
        with pytest.raises(ConnectionClosed) as closed:
            await self._drain()
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code, closed.value.rcvd.reason

    async def _drain(self) -> None:
        while True:
            await self.socket.recv()


@asynccontextmanager
async def opened(service: Service, **options: Any) -> AsyncIterator[Client]:
    """A socket that has not introduced itself."""
    options = {"subprotocols": [Subprotocol("graphql-transport-ws")]} | options
    async with connect(service.socket_url, proxy=None, **options) as socket:
        yield Client(socket)


@asynccontextmanager
async def introduced(service: Service, payload: Any = None, **options: Any) -> AsyncIterator[Client]:
    """A socket that has been acknowledged."""
    async with opened(service, **options) as client:
        await client.tell(type="connection_init", payload=payload)
        assert await client.hear() == {"type": "connection_ack"}
        yield client
