"""How many deliveries ended how, and how long they took: what whoever watches the installation sees. Pure."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.alerts.channel import Channel
from domain.alerts.delivery import Delivery, DeliveryState, Why
from domain.inbox.message import NotificationKind
from domain.time import to_ms

BOUNDS: Final = (
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    30,
    60,
    300,
    1_800,
    3_600,
    4 * 3_600,
    12 * 3_600,
    24 * 3_600,
    72 * 3_600,
)
"""Seconds from the planning of a delivery to its end, bucket by bucket: of what is sent at once the first ones, of
what waited for quiet hours or was retried the later ones."""


@dataclass(frozen=True, slots=True)
class DeliveryCount:
    """Of deliveries that ended alike how many there were, all their milliseconds, and how many ended within each
    of BOUNDS and not within the one before it; the last bucket is for the rest. `why` is of those DROPPED."""

    kind: NotificationKind
    channel: Channel
    state: DeliveryState
    why: Why | None
    count: int
    milliseconds: int
    buckets: tuple[int, ...]


def count_ended(deliveries: Iterable[Delivery], now: datetime) -> list[DeliveryCount]:
    """What to add for deliveries that ended now; those that wait still are left out."""
    found: dict[tuple[NotificationKind, Channel, DeliveryState, Why | None], list[int]] = {}
    for one in deliveries:
        if one.state is not DeliveryState.WAITING:
            why = one.why if one.state is DeliveryState.DROPPED else None
            took = max(0, to_ms(now) - to_ms(one.created_at))
            found.setdefault((one.kind, one.channel, one.state, why), []).append(took)
    return [DeliveryCount(*alike, len(took), sum(took), _buckets(took)) for alike, took in found.items()]


def _buckets(milliseconds: Iterable[int]) -> tuple[int, ...]:
    buckets = [0] * (len(BOUNDS) + 1)
    for took in milliseconds:
        buckets[bisect_left(BOUNDS, took / 1_000)] += 1
    return tuple(buckets)
