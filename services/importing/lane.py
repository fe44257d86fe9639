"""A lane: batches one after the other. Several lanes keep MongoDB busy; a member's rows stay in one, in order."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple


class Numbered(NamedTuple):
    """A command and the line it came from."""

    line: int
    command: Any


Work = Callable[[Sequence[Numbered]], Awaitable[None]]


class Lane:
    """Gathers commands into batches of `size` and works them off, one batch at a time."""

    def __init__(self, work: Work, size: int) -> None:
        self._work = work
        self._size = size
        self._gathering: list[Numbered] = []
        self._running: asyncio.Task[None] | None = None
        self._first_running: int | None = None

    @property
    def oldest(self) -> int | None:
        """The first line that is not done yet, or could not be; None when all are."""
        # A batch that failed is raised when the next one starts: until then progress must not pass it.
        if self._running is not None and not _succeeded(self._running):
            return self._first_running
        return self._gathering[0].line if self._gathering else None

    async def add(self, item: Numbered) -> None:
        """Takes a command; waits when a full batch is ready before the last one is done."""
        self._gathering.append(item)
        if len(self._gathering) >= self._size:
            await self._start()

    async def drain(self) -> None:
        """Works off everything that was added."""
        await self._start()
        await self._finish()

    async def stop(self) -> None:
        """Gives up what is not done; after a failure."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _start(self) -> None:
        await self._finish()
        if self._gathering:
            batch, self._gathering = self._gathering, []
            self._first_running = batch[0].line
            self._running = asyncio.create_task(self._work_off(batch))

    async def _work_off(self, batch: Sequence[Numbered]) -> None:
        await self._work(batch)

    async def _finish(self) -> None:
        if self._running is not None:
            await self._running
            self._running = None


def _succeeded(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
