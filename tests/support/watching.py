"""Takes what an endless asynchronous generator gives, in the background."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from types import TracebackType
from typing import Generic, TypeVar

from services.context import Context
from tests.support.eventually import eventually

Item = TypeVar("Item")


class Watching(Generic[Item]):
    """Within the block, all that has come so far is in `items`; a fault of the generator comes out of `until`."""

    def __init__(self, source: AsyncGenerator[Item, None]) -> None:
        self._source = source
        self.items: list[Item] = []

    async def __aenter__(self) -> "Watching[Item]":
        self._task = asyncio.create_task(self._take())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})
        await self._source.aclose()

    async def until(self, check: Callable[[list[Item]], bool]) -> list[Item]:
        """All items, once they pass the check."""

        def passed() -> bool:
            if self._task.done():
                self._task.result()
            assert check(self.items), self.items
            return True

        await eventually(passed)
        return self.items

    async def listening(self, context: Context, channel: str) -> None:
        """Waits until the generator has joined a channel and is waiting for what comes on it."""
        hub = context.signals._hub
        name = f"{context.signals._space}{channel}".encode()
        await eventually(
            lambda: (
                (held := hub._channels.get(name)) is not None
                and any(inbox._waiter is not None for inbox in held.inboxes)
            )
        )

    async def _take(self) -> None:
        async for item in self._source:
            self.items.append(item)
