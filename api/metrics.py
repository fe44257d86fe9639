"""What is counted, for Prometheus. Labels come from closed lists, never from a client."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from api.execution.engine import Body

_BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The counters of one process. With PROMETHEUS_MULTIPROC_DIR set, a page adds up all processes."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._operations = Counter(
            "regulars_graphql_operations",
            "GraphQL operations answered, by outcome: ok, partial, or the error's code.",
            ("transport", "operation", "outcome"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "regulars_graphql_operation_seconds",
            "Seconds from a parsed request to its answer; subscriptions are not in it.",
            ("transport", "operation"),
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._responses = Counter(
            "regulars_http_responses",
            "HTTP responses by route and status.",
            ("route", "status"),
            registry=self._registry,
        )
        self._rule_failures = Counter(
            "regulars_rule_failures",
            "Times that a rule failed for an event and gave nothing, by the rule's code.",
            ("rule",),
            registry=self._registry,
        )
        self._subscriptions = Gauge(
            "regulars_graphql_subscriptions",
            "Live subscriptions.",
            ("transport",),
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._sockets = Gauge(
            "regulars_websockets", "Live WebSockets.", registry=self._registry, multiprocess_mode="livesum"
        )

        self._pool_left = Gauge(
            "regulars_voucher_pool_left",
            "Codes that a pool of vouchers can still give, as last looked at, by the pool's code.",
            ("pool",),
            registry=self._registry,
            multiprocess_mode="mostrecent",
        )

    def operation(self, transport: str, kind: str, body: Body, seconds: float) -> None:
        """One query or mutation answered."""
        self._operations.labels(transport, kind, _outcome(body)).inc()
        self._seconds.labels(transport, kind).observe(seconds)

    def response(self, route: str, status: int) -> None:
        """One HTTP response; `route` is a route of ours or `other`."""
        self._responses.labels(route, str(status)).inc()

    def rule_failed(self, rule: str) -> None:
        """A rule of the programme failed for an event; the programme has a closed list of their codes, too."""
        self._rule_failures.labels(rule).inc()

    def pool_left(self, pool: str, left: int) -> None:
        """What is left of a pool of the programme, which has a closed list of them, too."""
        self._pool_left.labels(pool).set(left)

    @contextmanager
    def subscription(self, transport: str) -> Iterator[None]:
        """Counts a subscription while it lives."""
        with self._subscriptions.labels(transport).track_inprogress():
            yield

    @contextmanager
    def socket(self) -> Iterator[None]:
        """Counts a WebSocket while it lives."""
        with self._sockets.track_inprogress():
            yield

    def page(self, more: Iterable[Metric] = ()) -> bytes:
        """The text that Prometheus scrapes; `more` are figures of all processes, counted by none of them."""
        shared = CollectorRegistry()
        shared.register(_Given(list(more)))
        return self._counted() + generate_latest(shared)

    def _counted(self) -> bytes:
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


class _Given(Collector):
    """Figures that are known already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """As they were given."""
        return self._metrics


def _outcome(body: Body) -> str:
    if "errors" not in body:
        return "ok"
    if body.get("data") is not None:
        return "partial"
    return str(body["errors"][0]["extensions"]["code"])
