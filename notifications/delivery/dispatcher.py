"""The one dispatcher: what is due is admitted in turn, booked, carried by each provider's own tasks, and settled.

Whoever dies leaves what was booked to be tried again at the time that the booking says, under the same id. Whoever
was overtaken changes nothing: each write carries the number of the lease.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from domain.alerts.delivery import Delivery, Why
from domain.alerts.verdict import Hold
from notifications.channels.driver import Driver
from notifications.delivery.admission import Admitted, admit_all
from notifications.delivery.carrier import Carrier, Landed
from notifications.delivery.changes import dropped, held
from notifications.delivery.parcels import parcels_of
from notifications.delivery.router import route_some
from notifications.delivery.settler import Settler
from notifications.delivery.stores import Stores

logger = logging.getLogger(__name__)

EVERY: Final = 0.25
"""Seconds between looks at what is due, when nothing else wakes it."""
GRACE: Final = 8.0
"""Seconds that what is on its way has to land when the process is told to stop."""
_UNKNOWN_EVERY: Final = 30.0
_UNKNOWN_WAIT: Final = timedelta(minutes=1)


class Dispatcher:
    """Routes and dispatches under one lease's number; an instance lives as long as that."""

    def __init__(
        self,
        stores: Stores,
        drivers: Mapping[str, Driver],
        fence: int,
        *,
        jitter: Callable[[], float] = random.random,
        every: float = EVERY,
        grace: float = GRACE,
    ) -> None:
        self._stores = stores
        self._fence = fence
        self._every = every
        self._grace = grace
        self._wake = asyncio.Event()
        self._carriers = {
            name: Carrier(name, driver, stores.clock, self._land) for name, driver in drivers.items()
        }
        self._settler = Settler(stores, self._carriers, fence, jitter, self._wake)
        self._said: set[str] = set()
        self._booking = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Routes and dispatches until `stop`, then lets what is on its way land. Raises Overtaken, and faults of
        the store; nothing is lost by either."""
        work = [
            asyncio.create_task(part) for part in (self._route(stop), self._dispatch(stop), self._unknown(stop))
        ]
        settling = asyncio.create_task(self._settler.run())
        try:
            working = {*work, settling}
            while any(not task.done() for task in work):
                done, working = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await self._close(settling)

    @property
    def flying(self) -> int:
        """How many deliveries are on their way, or are being booked for it."""
        return self._booking + sum(carrier.flying for carrier in self._carriers.values())

    async def turn(self) -> bool:
        """Looks once at what is due and begins what may go; whether anything was changed."""
        carriers = {name: room for name, one in self._carriers.items() if (room := one.room())}
        now = self._stores.clock()
        if not carriers or not await self._stores.deliveries.any_due(carriers.keys(), now):
            return False
        found = await asyncio.gather(*(self._due(name, room, now) for name, room in carriers.items()))
        due = [delivery for part in found for delivery in part]
        if not due:
            return False
        admitted = await admit_all(self._stores, due, now)
        return await self._carry_out(admitted)

    async def _due(self, provider: str, room: int, now: datetime) -> list[Delivery]:
        lanes = self._carriers[provider].lanes
        return await self._stores.deliveries.due(provider, now, limit=room, besides=lanes)

    async def _carry_out(self, admitted: Admitted) -> bool:
        """Books first: what is merged into another is not gone before that one stands."""
        self._booking = len(admitted.begin)
        try:
            booked = await self._begin(admitted)
        finally:
            self._booking = 0
        rest = admitted.rest
        if len(booked) == len(admitted.begin):
            rest = [*rest, *admitted.merge]
        await self._settler.write(rest)
        return bool(booked or rest)

    async def _begin(self, admitted: Admitted) -> Sequence[Delivery]:
        """Books what begins and hands it to its carriers; what was booked."""
        booked = await self._stores.deliveries.book_many(admitted.begin, self._fence)
        parcels = await parcels_of(self._stores, admitted.facts, booked) if booked else ()
        for delivery, parcel in zip(booked, parcels, strict=True):
            self._carriers[delivery.provider].carry(delivery, parcel)
        return booked

    def _land(self, landed: Landed) -> None:
        self._settler.land(landed)

    async def _route(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            if await route_some(self._stores, self._carriers.keys()):
                self._wake.set()
            else:
                await _pause(stop, self._every)

    async def _dispatch(self, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._wake.clear()
                if not await self.turn():
                    woken = asyncio.create_task(self._wake.wait())
                    await asyncio.wait({stopping, woken}, timeout=self._every, return_when=asyncio.FIRST_COMPLETED)
                    woken.cancel()
        finally:
            stopping.cancel()

    async def _unknown(self, stop: asyncio.Event) -> None:
        """What waits for providers that this process does not know is dropped when it is too late, and said."""
        while not stop.is_set():
            now = self._stores.clock()
            for provider in await self._stores.deliveries.providers_due(now):
                if provider not in self._carriers:
                    await self._postpone(provider, now)
            await _pause(stop, _UNKNOWN_EVERY)

    async def _postpone(self, provider: str, now: datetime) -> None:
        if provider not in self._said:
            self._said.add(provider)
            logger.error("deliveries wait for a provider that is not set up", extra={"provider": provider})
        waits = Hold(now + _UNKNOWN_WAIT, Why.PROVIDER_DOWN)
        due = await self._stores.deliveries.due(provider, now, limit=1_000)
        late = [dropped(one, Why.TOO_LATE, now) if now > one.until else held(one, waits, now) for one in due]
        await self._settler.write(late)

    async def _close(self, settling: "asyncio.Task[None]") -> None:
        await asyncio.gather(*(carrier.close(self._grace) for carrier in self._carriers.values()))
        self._settler.end()
        try:
            await settling
        finally:
            await self._settler.flush()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
