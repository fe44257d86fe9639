"""A partner's server gets alerts signed, and what it answers is understood."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from domain.inbox.message import NotificationKind
from domain.rewards.webhooks import Door
from notifications.channels.driver import Failed, Outcome, Parcel, Retry, Sent
from notifications.channels.webhook import WebhookDriver, open_client
from tests.support.house import NOON
from tests.support.partner_server import HANGS, PartnerServer, partner_server

KEY = bytes(range(32))
PARCEL = Parcel(
    id=UUID("0d2e5a52-7f9b-5c39-9b3e-2f0c4a7b1d11"),
    to="",
    member="crm-7",
    notification="Tm90aWZpY2F0aW9uOmE6MQ",
    seq=1,
    kind=NotificationKind.TIER_CHANGED,
    title="You reached Gold",
    body="Welcome to Gold, Zoë.",
    locale="en",
    created_at=NOON - timedelta(seconds=5),
    expires_at=NOON + timedelta(days=3),
    now=NOON,
    data={"tier": "gold", "news": "REACHED"},
)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with open_client() as client:
        yield client


async def told(client: httpx.AsyncClient, partner: PartnerServer, *, seconds: float = 5.0) -> Outcome:
    return await WebhookDriver(Door(partner.url, KEY), client, seconds=seconds).send(PARCEL)


class TestSend:
    async def test_it_is_signed_under_the_messages_own_id(self, client: httpx.AsyncClient) -> None:
        async with partner_server() as partner:
            assert await told(client, partner) == Sent("HTTP 204")
        [got] = partner.received
        signed = b".".join((str(PARCEL.id).encode(), str(int(NOON.timestamp())).encode(), got.body))
        mac = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
        assert got.headers["webhook-signature"] == f"v1,{mac}"
        assert (got.id, got.headers["content-type"]) == (str(PARCEL.id), "application/json; charset=utf-8")
        assert got.plain == {
            "type": "notification.created",
            "timestamp": "2026-06-15T11:59:55.000Z",
            "data": {
                "notificationId": PARCEL.notification,
                "kind": "TIER_CHANGED",
                "news": "REACHED",
                "member": "crm-7",
                "title": "You reached Gold",
                "body": "Welcome to Gold, Zoë.",
                "data": {"tier": "gold", "news": "REACHED"},
            },
        }

    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            ("200 OK", Sent("HTTP 200")),
            ("299 Fine", Sent("HTTP 299")),
            ("302 Found\r\nLocation: /else", Retry("HTTP 302")),
            ("400 Bad Request", Retry("HTTP 400")),
            ("410 Gone", Failed("HTTP 410")),
            ("429 Slow down\r\nRetry-After: 120", Retry("HTTP 429", timedelta(minutes=2))),
            ("500 Oops", Retry("HTTP 500")),
            ("503 Away\r\nRetry-After: nonsense", Retry("HTTP 503", down=True)),
            (
                "503 Away\r\nRetry-After: Mon, 15 Jun 2026 13:00:00 GMT",
                Retry("HTTP 503", timedelta(hours=1), True),
            ),
        ],
    )
    async def test_what_is_answered_is_understood(
        self, client: httpx.AsyncClient, answer: str, outcome: Outcome
    ) -> None:
        async with partner_server(answer) as partner:
            assert await told(client, partner) == outcome
            assert len(partner.received) == 1

    async def test_one_that_hangs_is_away(self, client: httpx.AsyncClient) -> None:
        async with partner_server(HANGS) as partner:
            assert await told(client, partner, seconds=0.2) == Retry("no answer in time", down=True)

    async def test_one_that_is_not_there_is_away_and_its_address_is_nowhere(
        self, client: httpx.AsyncClient
    ) -> None:
        async with partner_server() as partner:
            pass
        assert await told(client, partner) == Retry("ConnectError", down=True)

    async def test_the_same_twice_is_told_apart_by_its_time_alone(self, client: httpx.AsyncClient) -> None:
        async with partner_server() as partner:
            driver = WebhookDriver(Door(partner.url, KEY), client)
            await driver.send(PARCEL)
            await driver.send(replace(PARCEL, now=NOON + timedelta(seconds=9)))
        first, second = partner.received
        assert (first.id, first.body) == (second.id, second.body)
        assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


class TestCheck:
    async def test_whoever_listens_is_well_and_gets_nothing(self, client: httpx.AsyncClient) -> None:
        async with partner_server() as partner:
            assert await WebhookDriver(Door(partner.url, KEY), client).check() is None
        assert partner.received == []

    async def test_who_does_not_is_said_without_the_address(self, client: httpx.AsyncClient) -> None:
        async with partner_server() as partner:
            pass
        said = await WebhookDriver(Door(partner.url, KEY), client).check()
        assert said == "the partner's server cannot be reached: ConnectionRefusedError"
