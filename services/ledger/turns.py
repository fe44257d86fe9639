"""Turns: who may write a member's next entry in this process; first come, first served, one at a time."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

Grant = Callable[[], bool]
"""Begins a turn; False when whoever asked for it has given up."""


class Turns:
    """A queue a member. Batches and transactions take the same queues, so that neither blocks the other.

    An open transaction on one member would block a whole unordered batch that touches the member.
    """

    def __init__(self) -> None:
        self._queues: dict[str, deque[Grant]] = {}

    async def over(self) -> None:
        """Waits until nobody has a turn or waits for one."""
        while self._queues:
            async with self.hold([next(iter(self._queues))]):
                pass  # behind all who waited

    def ask(self, member: str, grant: Grant) -> None:
        """Calls `grant` when it is this caller's turn for the member, at once if nobody is before it."""
        queue = self._queues.get(member)
        if queue is None:
            self._queues[member] = deque()
            grant()
        else:
            queue.append(grant)

    def done(self, member: str) -> None:
        """Ends the turn that was granted; the next one begins."""
        queue = self._queues[member]
        while queue:
            if queue.popleft()():
                return
        del self._queues[member]

    @asynccontextmanager
    async def hold(self, members: Iterable[str]) -> AsyncIterator[None]:
        """The turns of all these members at once; asked for in sorted order, so that none waits in a circle."""
        held: list[str] = []
        try:
            for member in sorted(set(members)):
                await self._turn(member)
                held.append(member)
            yield
        finally:
            for member in held:
                self.done(member)

    async def _turn(self, member: str) -> None:
        granted = asyncio.get_running_loop().create_future()

        def grant() -> bool:
            if not granted.cancelled():
                granted.set_result(None)
            return not granted.cancelled()

        self.ask(member, grant)
        try:
            await granted
        except asyncio.CancelledError:
            if not granted.cancelled():
                self.done(member)
            raise
