"""Writes what came of attempts: while one batch is being written the next gathers."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from domain.alerts.channel import Channel
from domain.alerts.delivery import FORMER, DeliveryState
from domain.alerts.preferences import Bounce
from mongo.deliveries import Change
from notifications.channels.driver import Gone
from notifications.delivery.carrier import Carrier, Landed
from notifications.delivery.changes import given_back, landed
from notifications.delivery.stores import Stores

GATHER: Final = 0.01
"""Seconds for which others may join the first of a batch."""
logger = logging.getLogger(__name__)


class Settler:
    """Of one dispatcher."""

    def __init__(
        self,
        stores: Stores,
        carriers: Mapping[str, Carrier],
        fence: int,
        jitter: Callable[[], float],
        wake: asyncio.Event,
    ) -> None:
        self._stores = stores
        self._carriers = carriers
        self._fence = fence
        self._jitter = jitter
        self._wake = wake
        self._landed: list[Landed] = []
        self._come = asyncio.Event()
        self._ending = False

    def land(self, landed: Landed) -> None:
        """An attempt ended."""
        self._landed.append(landed)
        self._come.set()

    async def run(self) -> None:
        """Settles whatever lands, until `end`. Raises Overtaken, and faults of the store."""
        while not self._ending:
            await self._come.wait()
            if not self._ending:
                await asyncio.sleep(GATHER)
            await self.flush()

    def end(self) -> None:
        """Nothing lands any more: `run` writes what has, and is over. It is not cut off in the middle of that, or
        what the provider has answered would be tried again."""
        self._ending = True
        self._come.set()

    async def flush(self) -> None:
        """Settles what has landed."""
        self._come.clear()
        batch, self._landed = self._landed, []
        if not batch:
            return
        for one in batch:
            if isinstance(one.outcome, Gone):
                await self._forget(one, one.outcome)
        await self.write([self._change(one) for one in batch])
        for one in batch:
            self._carriers[one.delivery.provider].settled(one.delivery.id)
        self._wake.set()

    async def write(self, changes: Sequence[Change]) -> None:
        """Writes changes and tells whoever counts them."""
        if not changes:
            return
        done = await self._stores.deliveries.settle_many(changes, self._fence)
        made = [change for change in changes if change.was.id in done]
        if len(made) < len(changes):
            logger.warning("deliveries were no more as they had been", extra={"count": len(changes) - len(made)})
        await self._stores.seen(made)

    def _change(self, one: Landed) -> Change:
        now, delivery = self._stores.clock(), one.delivery
        if one.outcome is None:
            return given_back(delivery, now)
        change = landed(delivery, one.outcome, now, jitter=self._jitter())
        if change.becomes.state is DeliveryState.DEAD:
            extra = {"delivery": delivery.id, "attempts": delivery.attempts, "answer": one.outcome.answer}
            logger.error("an alert could not be delivered, and is given up", extra=extra)
        return change

    async def _forget(self, one: Landed, outcome: Gone) -> None:
        """An address that reaches nobody is used no more; written before the delivery, so that it surely is."""
        delivery = one.delivery
        if delivery.device == FORMER:
            return
        if delivery.device:
            # What the member has registered again since then is not what this answer speaks of.
            await self._stores.devices.remove(delivery.member, delivery.device, seen_by=delivery.booked_at)
        elif delivery.channel is not Channel.WEBHOOK and one.to:
            bounce = Bounce(one.to, self._stores.clock(), outcome.answer)
            await self._stores.preferences.bounced(delivery.member, delivery.channel, bounce)
