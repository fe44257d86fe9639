"""What the store tells is on the page that Prometheus scrapes, and the page is there also without the store."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
from redis.asyncio import Redis

from api.metrics import Metrics
from domain.alerts.channel import Channel
from domain.alerts.delivery import DeliveryState, Why
from mongo.client import Database
from runtime.embedded.ports import LOOPBACK
from runtime.figures import EVERY, Figures
from runtime.wiring import House
from services.context import Context
from services.inbox.deliver import deliver
from tests.support.api_process import Stores, an_api
from tests.support.deliveries import a_delivery
from tests.support.eventually import eventually
from tests.support.house import NOON, Clock
from tests.support.messages import a_message
from tests.support.people import buy, enrol
from tests.support.relay import Relay, port_of
from tests.support.working import working

HERE = [0]
"""Whoever calls through a relay that does not tell callers apart."""
ALIKE = 'channel="EMAIL",kind="POINTS_CHANGED"'
QUICK = ("0.25", "0.5", "1.0")
SLOW = ("2.5", "5.0", "10.0", "30.0", "60.0", "300.0", "1800.0", "3600.0")
SENT_WITHIN = [
    *((le, 0) for le in QUICK),
    *((le, 1) for le in SLOW),
    *((le, 2) for le in ("14400.0", "43200.0", "86400.0", "259200.0", "+Inf")),
]
"""Of two that were sent, after 2 and after 7,200 seconds."""


async def page_of(figures: Figures, *names: str) -> list[str]:
    """The lines of these metrics."""
    page = Metrics().page(await figures()).decode()
    return [line for line in page.splitlines() if line.startswith(names)]


class TestFollowers:
    async def test_each_says_how_far_behind_it_is(self, house: House, context: Context, clock: Clock) -> None:
        async with working(house):
            pass
        (ada,) = await enrol(context, "Ada")
        clock.advance(seconds=90)
        await buy(context, ada, "10.00", id="o1")
        assert await page_of(Figures(house), "regulars_follower_lag", "regulars_store") == [
            "regulars_store_figures_up 1.0",
            'regulars_follower_lag_seconds{follower="accounts"} 90.0',
            'regulars_follower_lag_seconds{follower="inbox"} 90.0',
            'regulars_follower_lag_seconds{follower="derived"} 90.0',
        ]

    async def test_one_that_never_ran_has_no_lag(self, house: House) -> None:
        assert await page_of(Figures(house), "regulars_follower") == [
            'regulars_follower_skipped_total{follower="accounts"} 0.0',
            'regulars_follower_skipped_total{follower="inbox"} 0.0',
            'regulars_follower_skipped_total{follower="derived"} 0.0',
        ]


class TestAlerts:
    async def test_lags_are_those_of_what_waits_longest(
        self, house: House, context: Context, clock: Clock
    ) -> None:
        await deliver(context, [replace(a_message(1), created_at=NOON - timedelta(minutes=5)), a_message(2)])
        due = {"next_at": NOON - timedelta(seconds=30)}
        later = {"next_at": NOON + timedelta(hours=1)}
        sent = {"state": DeliveryState.SENT, "next_at": NOON - timedelta(days=1)}
        await context.deliveries.plan_many(
            [
                a_delivery("ann", 1, **due),
                a_delivery("ann", 2),
                a_delivery("ann", 1, channel=Channel.PUSH, **later),
                a_delivery("ann", 1, channel=Channel.SMS, **sent),
            ]
        )
        assert await page_of(Figures(house), "regulars_alert_") == [
            "regulars_alert_routing_lag_seconds 300.0",
            'regulars_alert_sending_lag_seconds{provider="smtp"} 30.0',
        ]

    async def test_what_ended_is_counted_by_how_and_how_soon(self, house: House, context: Context) -> None:
        capped = a_delivery("bob", state=DeliveryState.DROPPED, why=Why.CAPPED)
        read = a_delivery("bob", 2, state=DeliveryState.DROPPED, why=Why.READ)
        sent = a_delivery("ann", state=DeliveryState.SENT)
        await context.delivery_counts.add([capped, read, sent], NOON + timedelta(seconds=2))
        await context.delivery_counts.add([replace(sent, seq=2)], NOON + timedelta(hours=2))
        assert await page_of(Figures(house), "regulars_alert_deliveries") == [
            f'regulars_alert_deliveries_total{{{ALIKE},state="DROPPED",why="CAPPED"}} 1.0',
            f'regulars_alert_deliveries_total{{{ALIKE},state="DROPPED",why="READ"}} 1.0',
            f'regulars_alert_deliveries_total{{{ALIKE},state="SENT",why=""}} 2.0',
        ]
        series = 'regulars_alert_delivery_seconds{}{{channel="EMAIL",kind="POINTS_CHANGED",{}state="SENT"}}'
        seconds = await page_of(Figures(house), "regulars_alert_delivery_seconds")
        assert [series.format("_bucket", f'le="{le}",') + f" {count}.0" for le, count in SENT_WITHIN] == [
            line for line in seconds if "_bucket" in line and "SENT" in line
        ]
        assert series.format("_count", "") + " 2.0" in seconds
        assert series.format("_sum", "") + " 7202.0" in seconds


class TestThePage:
    async def test_what_was_read_is_told_again_for_some_seconds(self, house: House, context: Context) -> None:
        figures = Figures(house)
        before = await page_of(figures, "regulars_alert")
        await deliver(context, [a_message(1)])
        assert await page_of(figures, "regulars_alert") == before

    async def test_without_the_store_it_comes_soon_and_says_so(
        self, tmp_path: Path, context: Context, database: Database, mongo_uri: str, redis_db: Redis, redis_url: str
    ) -> None:
        async with Relay(port_of(mongo_uri), lambda _port: HERE[0]) as mongodb:
            stores = Stores(tmp_path, mongodb.instead_in(mongo_uri), database.name, redis_url)
            async with an_api(stores) as api, httpx.AsyncClient(trust_env=False, timeout=EVERY) as client:

                async def up() -> str:
                    page = (await client.get(f"http://{LOOPBACK}:{api.port}/metrics")).text
                    assert "regulars_http_responses_total" in page
                    return next(line for line in page.splitlines() if line.startswith("regulars_store_figures_up"))

                assert await up() == "regulars_store_figures_up 1.0"
                mongodb.cut(HERE)

                async def says_that_it_is_away() -> bool:
                    return await up() == "regulars_store_figures_up 0.0"

                await eventually(says_that_it_is_away)
                mongodb.heal()

                async def says_that_it_is_back() -> bool:
                    return await up() == "regulars_store_figures_up 1.0"

                await eventually(says_that_it_is_back)
