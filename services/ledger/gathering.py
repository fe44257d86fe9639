"""Work done in batches: while one is in flight the next gathers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Gathering(Generic[Item]):
    """Hands what is added to `work`, at most `max_batch` at once and in at most `max_in_flight` calls at a time.

    `work` answers to whoever added an item, also for its own defects: nobody hears what it raises.
    """

    def __init__(
        self, work: Callable[[list[Item]], Awaitable[None]], *, max_batch: int, max_in_flight: int
    ) -> None:
        self._work = work
        self._max_batch = max_batch
        self._free_slots = max_in_flight
        self._waiting: list[Item] = []
        self._is_called = False
        self._in_flight: set[asyncio.Future[None]] = set()

    def add(self, item: Item) -> None:
        """Takes the item along with the next batch."""
        self._waiting.append(item)
        if not self._is_called and self._free_slots:
            self._is_called = True
            # After the callbacks that are ready now, so that commands of one moment share a batch.
            asyncio.get_running_loop().call_soon(self._take_off)

    def _take_off(self) -> None:
        self._is_called = False
        while self._waiting and self._free_slots:
            batch, self._waiting = self._waiting[: self._max_batch], self._waiting[self._max_batch :]
            self._free_slots -= 1
            flight = asyncio.ensure_future(self._work(batch))
            self._in_flight.add(flight)
            flight.add_done_callback(self._land)

    def _land(self, flight: asyncio.Future[None]) -> None:
        self._in_flight.discard(flight)
        self._free_slots += 1
        self._take_off()
