"""What the store tells whoever watches: how far behind followers and alerts are, and what became of deliveries."""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from domain.alerts.counts import BOUNDS, DeliveryCount
from runtime.wiring import House
from runtime.workers.lags import Lag, follower_lags
from services.alerts.read_lags import AlertLags, read_alert_lags

logger = logging.getLogger(__name__)

EVERY: Final = 5.0
"""Seconds for which what was read is told again, so that who asks often asks the store no oftener."""
PATIENCE: Final = 2.0
"""Seconds that a page waits for the store."""


class Figures:
    """Reads them when a page is asked for. Without the store there is a page, too, which says so."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._reading = asyncio.Lock()
        self._known: list[Metric] = []
        self._until = 0.0

    async def __call__(self) -> Sequence[Metric]:
        """Every figure; only that there are none while the store does not answer. It raises nothing."""
        async with self._reading:
            if time.monotonic() >= self._until:
                self._known = await self._read()
                self._until = time.monotonic() + EVERY
            return self._known

    async def _read(self) -> list[Metric]:
        read = GaugeMetricFamily("regulars_store_figures_up", "Whether the figures of the store could be read.")
        try:
            async with asyncio.timeout(PATIENCE):
                lags, alerts, counts = await asyncio.gather(
                    follower_lags(self._house),
                    read_alert_lags(self._house.context),
                    self._house.context.delivery_counts.read(),
                )
        except Exception as fault:  # as while MongoDB is away
            logger.warning("the store's figures could not be read", extra={"fault": type(fault).__name__})
            read.add_metric((), 0)
            return [read]
        read.add_metric((), 1)
        return [read, *_followers(lags), *_alerts(alerts), *_deliveries(counts)]


def _followers(lags: Sequence[Lag]) -> Iterator[Metric]:
    behind = GaugeMetricFamily(
        "regulars_follower_lag_seconds",
        "How much older the newest entry that a follower has handled is than the newest there is.",
        labels=("follower",),
    )
    silent = GaugeMetricFamily(
        "regulars_follower_silent_seconds",
        "Since a follower last said that it is there; it does so every ten seconds.",
        labels=("follower",),
    )
    skipped = CounterMetricFamily(
        "regulars_follower_skipped", "Entries that a follower could not handle.", labels=("follower",)
    )
    for lag in lags:
        if lag.seconds is not None:
            behind.add_metric((lag.follower,), lag.seconds)
        if lag.silent_for is not None:
            silent.add_metric((lag.follower,), lag.silent_for)
        skipped.add_metric((lag.follower,), lag.skipped)
    return iter((behind, silent, skipped))


def _alerts(lags: AlertLags) -> Iterator[Metric]:
    routing = GaugeMetricFamily(
        "regulars_alert_routing_lag_seconds",
        "Age of the oldest message in an inbox that nobody has routed to other channels yet.",
        value=lags.routing,
    )
    sending = GaugeMetricFamily(
        "regulars_alert_sending_lag_seconds",
        "For how long the oldest delivery of a provider has been due.",
        labels=("provider",),
    )
    for provider, seconds in lags.sending.items():
        sending.add_metric((provider,), seconds)
    return iter((routing, sending))


def _deliveries(counts: Sequence[DeliveryCount]) -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "regulars_alert_deliveries",
        "Deliveries that ended, by what became of them; why: of those dropped, such as CAPPED.",
        labels=("kind", "channel", "state", "why"),
    )
    seconds = HistogramMetricFamily(
        "regulars_alert_delivery_seconds",
        "From the planning of a delivery to its end, quiet hours and retries included.",
        labels=("kind", "channel", "state"),
    )
    alike: dict[tuple[str, str, str], list[DeliveryCount]] = {}
    for one in counts:
        labels = (one.kind.value, one.channel.value, one.state.value)
        ended.add_metric((*labels, one.why.value if one.why else ""), one.count)
        alike.setdefault(labels, []).append(one)
    for labels, ones in alike.items():
        milliseconds = sum(one.milliseconds for one in ones)
        seconds.add_metric(labels, _cumulated(ones), milliseconds / 1_000)
    return iter((ended, seconds))


def _cumulated(counts: Sequence[DeliveryCount]) -> list[tuple[str, float]]:
    """Buckets as Prometheus has them: each holds those before it."""
    total, buckets = 0, []
    for place, bound in enumerate((*map(float, BOUNDS), float("inf"))):
        total += sum(one.buckets[place] for one in counts)
        buckets.append(("+Inf" if bound == float("inf") else str(bound), float(total)))
    return buckets
