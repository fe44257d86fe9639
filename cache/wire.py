"""One connection to one run of a Redis server, shared by everything in the process.

Many callers write into the same connection and replies come back in order, so what is asked in one tick of
the loop travels together. A connection never reconnects by itself: another connection may meet another
server, or the same one with older data, and `cache.client` has to know.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import (
    ClusterDownError,
    MasterDownError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from cache.scripts import Command, in_full

CONNECT_TIMEOUT = 0.2
REPLY_TIMEOUT = 0.5
# A stalled event loop looks like a silent server: before giving up, the loop gets this long to read.
_GRACE = 0.02
# Errors by which a server says that it cannot serve now; every other error reply is a mistake of ours.
_UNABLE = (ReadOnlyError, OutOfMemoryError, MasterDownError, ClusterDownError)
_UNABLE_WORDS = ("MISCONF", "NOREPLICAS", "BUSY", "OOM", "READONLY")


class Away(Exception):
    """Redis gave no answer. Never leaves the cache room."""


async def dial(url: str) -> AbstractConnection:
    """A fresh, authenticated connection. Raises Away, and ValueError for an address that cannot be read."""
    # RESP2: one round trip less to open, and scripts answer the same in both.
    pool = ConnectionPool.from_url(
        url, protocol=2, driver_info=None, socket_timeout=None, socket_connect_timeout=CONNECT_TIMEOUT
    )
    connection: AbstractConnection = pool.make_connection()  # type: ignore[no-untyped-call]
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT + REPLY_TIMEOUT):
            await connection.connect()  # type: ignore[no-untyped-call]
    except (RedisError, OSError) as error:
        await connection.disconnect(nowait=True)
        raise Away(str(error)) from error
    except BaseException:
        await connection.disconnect(nowait=True)
        raise
    return connection


@dataclass(slots=True, eq=False)
class _Batch:
    packed: list[bytes]
    size: int
    answered: "asyncio.Future[list[Any]]"
    replies: list[Any] = field(default_factory=list)
    deadline: float = 0.0
    overdue: bool = False


class Wire:
    """A connection in use. `lost` is called once, with the reason, when it ends without `aclose`."""

    def __init__(self, connection: AbstractConnection, lost: Callable[["Wire", str], None]) -> None:
        self._connection = connection
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._outbox: list[_Batch] = []
        self._pending: deque[_Batch] = deque()
        self._wake = asyncio.Event()
        self._watch: asyncio.TimerHandle | None = None
        self._over: str | None = None
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._read())]

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._over is None

    async def send(self, commands: Sequence[Command]) -> list[Any]:
        """The replies, in order, of commands that must be safe to run twice.

        Raises Away for an outage, `ResponseError` for a command that Redis refuses as wrong.
        """
        replies = await self._ask(commands)
        unknown = [i for i, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
        if unknown:
            again = await self._ask([in_full(commands[i]) for i in unknown])
            for i, reply in zip(unknown, again, strict=True):
                replies[i] = reply
        for reply in replies:
            if isinstance(reply, ResponseError):
                raise reply
        return replies

    async def aclose(self) -> None:
        """Ends it; whoever still waits gets Away."""
        self._end("closed")
        # Not awaited themselves: that we are cancelled meanwhile would look like their end.
        if self._tasks:
            await asyncio.wait(self._tasks)
        for task in self._tasks:
            if not task.cancelled():
                task.result()

    async def _ask(self, commands: Sequence[Command]) -> list[Any]:
        if self._over is not None:
            raise Away(self._over)
        batch = _Batch(self._connection.pack_commands(commands), len(commands), self._loop.create_future())
        self._outbox.append(batch)
        self._wake.set()
        return await batch.answered

    async def _write(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                batches, self._outbox = self._outbox, []
                for batch in batches:
                    batch.deadline = self._loop.time() + REPLY_TIMEOUT
                self._pending.extend(batches)
                self._start_watch()
                packed = [part for batch in batches for part in batch.packed]
                await self._connection.send_packed_command(packed, check_health=False)
        except (RedisError, OSError) as error:
            self.fail(str(error))

    async def _read(self) -> None:
        try:
            while True:
                reply = await self._reply()
                batch = self._pending[0]
                batch.replies.append(reply)
                if len(batch.replies) == batch.size:
                    self._pending.popleft()
                    if not batch.answered.done():
                        batch.answered.set_result(batch.replies)
        except (RedisError, OSError) as error:
            self.fail(str(error))
        finally:
            await self._connection.disconnect(nowait=True)

    async def _reply(self) -> Any:
        try:
            return await self._connection.read_response()
        except ResponseError as error:
            if isinstance(error, _UNABLE) or str(error).startswith(_UNABLE_WORDS):
                raise RedisError(str(error)) from error
            return error

    def _start_watch(self) -> None:
        if self._watch is None and self._pending:
            self._watch = self._loop.call_at(self._pending[0].deadline, self._check)

    def _check(self) -> None:
        self._watch = None
        if not self._pending or self._over is not None:
            return
        oldest = self._pending[0]
        if oldest.overdue:
            self.fail("no reply in time")
            return
        if oldest.deadline <= self._loop.time():
            oldest.overdue = True
            oldest.deadline = self._loop.time() + _GRACE
        self._start_watch()

    def fail(self, reason: str) -> None:
        """Ends it as lost: whoever waits gets Away, and `lost` is called."""
        if self._over is None:
            self._end(reason)
            self._lost(self, reason)

    def _end(self, reason: str) -> None:
        if self._over is not None:
            return
        self._over = reason
        if self._watch is not None:
            self._watch.cancel()
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        for batch in (*self._pending, *self._outbox):
            if not batch.answered.done():
                batch.answered.set_exception(Away(reason))
