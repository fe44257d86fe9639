"""Members' apps on WebSockets (graphql-transport-ws), as light as they can be: what is measured is the API."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from runtime.embedded.ports import LOOPBACK

Heard = Callable[[str, Any, float], None]
"""Called with the member, the data of an answer and the moment (`time.time()`) at which it came."""


class Subscriber:
    """One member on one socket, whom the API knows."""

    def __init__(self, member: str, connection: ClientConnection, heard: Heard) -> None:
        self._connection = connection
        self._pong = asyncio.Event()
        self._reading = asyncio.create_task(self._read(member, heard))

    async def ask(self, query: str) -> None:
        """Subscribes."""
        await self._tell({"type": "subscribe", "id": "1", "payload": {"query": query}})

    async def ponged(self) -> None:
        """Waits until the API has answered: it has taken all that was asked before."""
        self._pong.clear()
        await self._tell({"type": "ping"})
        await self._pong.wait()

    async def close(self) -> None:
        """Leaves. Raises what went wrong meanwhile."""
        await self._connection.close()
        await self._reading

    async def _tell(self, message: dict[str, Any]) -> None:
        await self._connection.send(orjson.dumps(message).decode())

    async def _read(self, member: str, heard: Heard) -> None:
        async for text in self._connection:
            at, message = time.time(), orjson.loads(text)
            if message["type"] == "next":
                heard(member, message["payload"]["data"], at)
            elif message["type"] == "pong":
                self._pong.set()
            else:
                raise RuntimeError(f"a subscriber was told {message}")


async def enter(port: int, member: str, token: str, heard: Heard) -> Subscriber:
    """Connected, and known to the API."""
    connection = await connect(
        f"ws://{LOOPBACK}:{port}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        compression=None,
        ping_interval=None,
        open_timeout=60,
        proxy=None,
    )
    init = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
    await connection.send(orjson.dumps(init).decode())
    if orjson.loads(await connection.recv())["type"] != "connection_ack":
        raise RuntimeError("the API does not know the member")
    return Subscriber(member, connection, heard)
