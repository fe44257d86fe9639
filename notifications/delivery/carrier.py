"""One provider's own: a driver, so many attempts at a time, a short queue, and a breaker."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from domain.alerts.breaker import Breaker
from domain.alerts.delivery import Delivery
from notifications.channels.driver import Driver, Outcome, Parcel, Retry

logger = logging.getLogger(__name__)

SECONDS: Final = 90.0
"""No driver takes longer; one that does lets go of its place."""
QUEUE: Final = 3
"""So many times what a driver carries at once is booked at most."""


class Landed(NamedTuple):
    """An attempt that ended, and where it went; no outcome: it was booked, and never begun."""

    delivery: Delivery
    outcome: Outcome | None
    to: str = ""


class Carrier:
    """Carries the deliveries of one provider in tasks of their own, and hears of no other provider."""

    def __init__(
        self, provider: str, driver: Driver, clock: Callable[[], datetime], landed: Callable[[Landed], None]
    ) -> None:
        self.provider = provider
        self.breaker = Breaker()
        self._driver = driver
        self._clock = clock
        self._landed = landed
        self._slots = asyncio.Semaphore(driver.at_once)
        self._flying: dict[str, tuple[Delivery, asyncio.Task[None]]] = {}
        self._closing = False

    @property
    def lanes(self) -> set[str]:
        """The lanes of which one is on its way."""
        return {delivery.lane for delivery, _ in self._flying.values()}

    @property
    def flying(self) -> int:
        """How many are on their way, or booked for it."""
        return len(self._flying)

    def room(self) -> int:
        """How many more may be booked now: none while the queue is nearly full, so that batches are large."""
        room = self._driver.at_once * QUEUE - len(self._flying)
        room = room if room >= self._driver.at_once else 0
        allowed = self.breaker.room(self._clock())
        return room if allowed is None else min(room, allowed)

    def carry(self, delivery: Delivery, parcel: Parcel) -> None:
        """Begins an attempt that is booked."""
        probe = self.breaker.opened_until is not None
        if probe:
            self.breaker = self.breaker.probe()
        self._flying[delivery.id] = delivery, asyncio.create_task(self._carry(delivery, parcel, probe))

    def settled(self, id: str) -> None:
        """What came of it is written: it is on its way no more."""
        self._flying.pop(id, None)

    async def close(self, seconds: float) -> None:
        """Begins nothing any more, and waits so long for what is on its way; the rest is cut off."""
        self._closing = True
        tasks = [task for _, task in self._flying.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry(self, delivery: Delivery, parcel: Parcel, probe: bool) -> None:
        async with self._slots:
            if self._closing or (self.breaker.opened_until is not None and not probe):
                self._landed(Landed(delivery, None))
                return
            outcome = await self._attempt(delivery, replace(parcel, now=self._clock()))
        self._hear(outcome, probe)
        self._landed(Landed(delivery, outcome, parcel.to))

    async def _attempt(self, delivery: Delivery, parcel: Parcel) -> Outcome:
        try:
            async with asyncio.timeout(SECONDS):
                return await self._driver.send(parcel)
        except TimeoutError:
            return Retry("no answer in time", down=True)
        except Exception as fault:  # a driver's defect is one delivery's, and its words may hold an address
            extra = {"delivery": delivery.id, "provider": self.provider, "fault": type(fault).__name__}
            logger.error("a driver failed", extra=extra)
            return Retry(type(fault).__name__)

    def _hear(self, outcome: Outcome, probe: bool) -> None:
        down = isinstance(outcome, Retry) and outcome.down
        was, self.breaker = self.breaker, self.breaker.heard(self._clock(), down=down, probe=probe)
        if was.opened_until is None and self.breaker.opened_until:
            logger.warning("a provider seems to be away", extra={"provider": self.provider})
        elif was.opened_until and self.breaker.opened_until is None:
            logger.info("a provider is back", extra={"provider": self.provider})
