"""Admitting a batch: one after the other, so that caps, digests and the order of lanes are exact.

At most one delivery of a lane is begun at a time; what follows it is looked at when it has landed.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.alerts.admit import admit, refuse
from domain.alerts.delivery import Delivery, Why
from domain.alerts.verdict import Drop, Hold, Merge, Send
from mongo.deliveries import Change
from notifications.delivery.changes import begun, dropped, held, killed, merged
from notifications.delivery.facts import Facts, gather_facts
from notifications.delivery.stores import Stores

logger = logging.getLogger(__name__)


class Admitted:
    """What is to become of a batch: what begins, and what is written of the others once that stands."""

    def __init__(self, facts: Facts, now: datetime) -> None:
        self.facts = facts
        self.begin: list[Change] = []
        self.rest: list[Change] = []
        self.merge: list[Change] = []
        self._now = now
        self._busy: set[str] = set()

    def take(self, group: Sequence[Delivery]) -> None:
        """Decides on one delivery, or on those of a bundle that were never begun, the newest first."""
        for delivery in group:
            try:
                self._decide(delivery, group)
            except Exception:  # what nobody foresaw of one must not keep all others
                logger.exception("a delivery could not be admitted", extra={"delivery": delivery.id})
                self.rest.append(killed(delivery, "it could not be admitted", self._now))

    def _decide(self, delivery: Delivery, group: Sequence[Delivery]) -> None:
        facts, now = self.facts, self._now
        head = facts.heads.get(delivery.lane)
        before = head.next_at if head and head.id != delivery.id and head.seq < delivery.seq else None
        waiting = [one.seq for one in group if one.seq < delivery.seq and self._passes(one)]
        verdict = admit(
            delivery, facts.known(delivery), facts.beside(delivery, waiting, before), facts.program, now
        )
        # Whoever is before it is at it, in this batch or at this moment: it is looked at when that has landed.
        behind = delivery.lane in self._busy or (before is not None and before <= now)
        match verdict:
            case Drop(why):
                self.rest.append(dropped(delivery, why, now))
            case Merge(into):
                self.merge.append(merged(delivery, into, now))
            case Hold(_, why) if why is not Why.ORDER or not behind:
                self.rest.append(held(delivery, verdict, now))
            case Send(merging) if not behind:
                self._begin(delivery, merging)

    def _passes(self, delivery: Delivery) -> bool:
        return refuse(delivery, self.facts.known(delivery), self.facts.program, self._now) is None

    def _begin(self, delivery: Delivery, merging: Sequence[int]) -> None:
        change = begun(delivery, merging, self._now)
        self.begin.append(change)
        self._busy.add(delivery.lane)
        self.facts.begin(change.becomes)


async def admit_all(stores: Stores, due: Sequence[Delivery], now: datetime) -> Admitted:
    """Decides on all that is due, and on what must be decided with it: heads of lanes, and whole bundles."""
    heads = await stores.deliveries.heads({one.lane for one in due})
    lanes = {one.lane for one in due if _bundled(one)}
    together = await stores.deliveries.waiting_bundled(lanes) if lanes else []
    first = (head for head in heads.values() if head.next_at <= now)
    all = {one.id: one for one in (*due, *first, *together)}
    admitted = Admitted(await gather_facts(stores, list(all.values()), heads, now), now)
    for group in _groups(list(all.values())):
        admitted.take(group)
    return admitted


def _groups(deliveries: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """In the order of their creation; those of one bundle are taken together, the newest first."""
    bundles: dict[tuple[str, str | None], list[Delivery]] = {}
    for one in sorted(deliveries, key=lambda one: (one.created_at, one.seq)):
        key = (one.lane, one.bundle) if _bundled(one) else (one.id, None)
        bundles.setdefault(key, []).append(one)
    for group in bundles.values():
        yield sorted(group, key=lambda one: -one.seq)


def _bundled(delivery: Delivery) -> bool:
    return delivery.bundle is not None and delivery.attempts == 0 and not delivery.merged
