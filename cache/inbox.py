"""What one listener has not taken yet."""

import asyncio
from collections import deque
from enum import Enum
from typing import Final, Literal


class _Resync(Enum):
    RESYNC = "something may have been missed"


RESYNC: Final = _Resync.RESYNC
"""Comes in place of payloads that may have been missed: read the truth again."""

Payload = bytes | Literal[_Resync.RESYNC]


class Inbox:
    """An endless asynchronous iterator for one reader, over payloads in the order of their publication.

    At most `bound` wait; when the reader is slower, they give way to one RESYNC.
    """

    __slots__ = ("_bound", "_items", "_waiter")

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._items: deque[Payload] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def put(self, payload: bytes) -> None:
        """Another payload."""
        if len(self._items) >= self._bound:
            self.resync()
        else:
            self._add(payload)

    def resync(self) -> None:
        """Something may have been missed; the truth, read after this, makes whatever waits needless."""
        self._items.clear()
        self._add(RESYNC)

    def __aiter__(self) -> "Inbox":
        return self

    async def __anext__(self) -> Payload:
        while not self._items:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._items.popleft()

    def _add(self, payload: Payload) -> None:
        self._items.append(payload)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
