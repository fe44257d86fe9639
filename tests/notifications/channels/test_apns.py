"""The driver of Apple's service against a server that judges as Apple's does: HTTP/2 over TLS, provider tokens."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import trustme

from notifications.channels.apns import Apns
from notifications.channels.asking import new_client
from notifications.channels.driver import Failed, Gone, Outcome, Retry, Sent
from notifications.channels.signing_key import SigningKey
from tests.support.eventually import eventually
from tests.support.parcels import ID, NOW, Clock, a_parcel
from tests.support.web_server import BREAKS_OFF, HANGS, Answer, Asked, WebServer, free_port, raw_server, web_server

DEVICE = "a1" * 32
TOPIC, KEY_ID, TEAM = "com.example.beans", "KEY1234567", "TEAM123456"


@dataclass(slots=True)
class Apple:
    """What Apple knows. `clock` may be another than the sender's."""

    key: SigningKey
    clock: Clock = field(default_factory=Clock)
    devices: set[str] = field(default_factory=lambda: {DEVICE})
    tokens: list[str] = field(default_factory=list)
    key_id: str = KEY_ID

    def judge(self, asked: Asked) -> Answer:
        """As their documentation has it, in the order that they look."""
        reason = self._token(asked.headers.get("authorization", "")) or self._headers(asked)
        if reason:
            return Answer(403 if "Provider" in reason else 400, {"reason": reason})
        device = asked.path.removeprefix("/3/device/")
        if device not in self.devices:
            return Answer(400, {"reason": "BadDeviceToken"})
        if len(asked.body) > 4_096:
            return Answer(413, {"reason": "PayloadTooLarge"})
        return Answer(200, headers={"apns-id": asked.headers["apns-id"].upper()})

    def _token(self, authorization: str) -> str | None:
        scheme, _, token = authorization.partition(" ")
        if scheme != "bearer":
            return "MissingProviderToken"
        head = jwt.get_unverified_header(token)
        if head != {"alg": "ES256", "kid": self.key_id}:
            return "InvalidProviderToken"
        try:
            options: Any = {"verify_iat": False, "verify_exp": False}
            claims = jwt.decode(token, self.key.private.public_key(), ["ES256"], options=options)
        except jwt.InvalidTokenError:
            return "InvalidProviderToken"
        if set(claims) != {"iss", "iat"} or claims["iss"] != TEAM:
            return "InvalidProviderToken"
        if token not in self.tokens:
            self.tokens.append(token)
        age = self.clock.now.timestamp() - claims["iat"]
        return "ExpiredProviderToken" if not 0 <= age <= 3_600 else None

    def _headers(self, asked: Asked) -> str | None:
        headers = asked.headers
        if asked.method != "POST" or asked.http != "2":
            return "MethodNotAllowed"
        if headers.get("apns-topic") != TOPIC:
            return "DeviceTokenNotForTopic" if "apns-topic" in headers else "MissingTopic"
        if headers.get("apns-push-type") != "alert":
            return "InvalidPushType"
        if "apns-id" in headers and headers["apns-id"] != str(uuid.UUID(headers["apns-id"])):
            return "BadMessageId"
        if len(headers.get("apns-collapse-id", "").encode()) > 64:
            return "BadCollapseId"
        return None if "aps" in asked.plain else "PayloadEmpty"


@pytest.fixture
def apple(key: SigningKey, clock: Clock) -> Apple:
    return Apple(key, clock)


@pytest.fixture
async def server(apple: Apple, authority: trustme.CA, tmp_path: Path) -> AsyncIterator[WebServer]:
    async with web_server(authority, tmp_path, apple.judge) as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


def driver(client: Any, url: str, key: SigningKey, clock: Clock, **changes: Any) -> Apns:
    options = {"key_id": KEY_ID, "team_id": TEAM, "topic": TOPIC} | changes
    return Apns(client=client, url=url, key=key, clock=clock, **options)


@pytest.fixture
async def apns(server: WebServer, ca_file: Path, key: SigningKey, clock: Clock) -> AsyncIterator[Apns]:
    async with new_client(ca_file) as client:
        yield driver(client, server.url, key, clock)


async def send_to(url: str, ca_file: Path | None, key: SigningKey, **changes: Any) -> Outcome:
    """One attempt at another server."""
    async with new_client(ca_file) as client:
        return await driver(client, url, key, Clock(), **changes).send(a_parcel(DEVICE))


class TestSend:
    async def test_it_is_pushed_over_http2_with_everything_that_apple_asks_for(
        self, apns: Apns, server: WebServer
    ) -> None:
        assert await apns.send(a_parcel(DEVICE)) == Sent("200")
        (asked,) = server.asked
        assert (asked.method, asked.http, asked.path) == ("POST", "2", f"/3/device/{DEVICE}")
        assert {name: text for name, text in asked.headers.items() if name.startswith("apns-")} == {
            "apns-id": str(ID),
            "apns-collapse-id": str(ID),
            "apns-topic": TOPIC,
            "apns-push-type": "alert",
            "apns-priority": "10",
            "apns-expiration": str(int((NOW + timedelta(days=1)).timestamp())),
        }
        assert asked.plain == {
            "aps": {
                "alert": {
                    "title": "You earned 40 points",
                    "body": "40 points for your order of 12 May.\n\nYour balance is 1,240 points.",
                },
                "thread-id": "POINTS_CHANGED",
                "sound": "default",
            },
            "id": str(ID),
            "notificationId": "Tm90aWZpY2F0aW9uOm0xOjc",
            "kind": "POINTS_CHANGED",
            "seq": 7,
            "data": {"points": 40, "currency": "points"},
        }

    async def test_many_at_once_share_a_connection_and_each_comes_once(
        self, apns: Apns, server: WebServer, apple: Apple
    ) -> None:
        await apns.send(a_parcel(DEVICE))
        ids = [uuid.UUID(int=number, version=5) for number in range(60)]
        outcomes = await asyncio.gather(*(apns.send(a_parcel(DEVICE, id=id)) for id in ids))
        assert outcomes == [Sent("200")] * 60
        assert sorted(asked.headers["apns-id"] for asked in server.asked[1:]) == sorted(map(str, ids))
        assert len(server.connections) == 1
        assert len(apple.tokens) == 1

    async def test_a_long_text_in_any_script_is_cut_at_a_border_to_fit_4096_bytes(
        self, apns: Apns, server: WebServer
    ) -> None:
        for body in (
            "积分" * 2_000,
            "👩‍👩‍👧‍👦" * 500,
            "é" * 5_000,
            "a\u0301" * 3_000,
            '\\"\n' * 3_000,
            "🇪🇸🇯🇵" * 600,
        ):
            assert await apns.send(a_parcel(DEVICE, body=body)) == Sent("200")
            asked = server.asked[-1]
            shown = asked.plain["aps"]["alert"]["body"]
            assert 4_060 < len(asked.body) <= 4_096
            assert shown.endswith("…")
            assert body.startswith(shown[:-1])
            assert asked.plain["data"] == {"points": 40, "currency": "points"}

    async def test_data_or_a_title_that_fill_it_alone_are_left_out_and_cut(
        self, apns: Apns, server: WebServer
    ) -> None:
        assert await apns.send(a_parcel(DEVICE, data={"long": "x" * 5_000})) == Sent("200")
        assert server.asked[-1].plain["data"] == {}
        assert server.asked[-1].plain["aps"]["alert"]["title"] == "You earned 40 points"
        assert await apns.send(a_parcel(DEVICE, title="x" * 5_000)) == Sent("200")
        assert len(server.asked[-1].body) <= 4_096

    @pytest.mark.parametrize("device", ["", "../../etc", "a/b", "a?b", "ü1", "a b"])
    async def test_a_token_that_is_none_is_gone_and_nobody_asked(
        self, apns: Apns, server: WebServer, device: str
    ) -> None:
        assert await apns.send(a_parcel(device)) == Gone("400 BadDeviceToken")
        assert server.asked == []


class TestToken:
    async def test_it_is_kept_for_50_minutes(self, apns: Apns, apple: Apple, clock: Clock) -> None:
        await apns.send(a_parcel(DEVICE))
        clock.pass_time(minutes=49.9)
        await apns.send(a_parcel(DEVICE))
        assert len(apple.tokens) == 1
        clock.pass_time(minutes=0.2)
        await apns.send(a_parcel(DEVICE))
        assert len(apple.tokens) == 2

    async def test_one_that_is_stale_is_made_anew_once_however_many_use_it(
        self, apns: Apns, apple: Apple, server: WebServer, clock: Clock
    ) -> None:
        assert await apns.send(a_parcel(DEVICE)) == Sent("200")
        clock.pass_time(minutes=45)
        apple.clock = Clock(NOW + timedelta(minutes=61))
        outcomes = await asyncio.gather(*(apns.send(a_parcel(DEVICE)) for _ in range(10)))
        assert outcomes == [Sent("200")] * 10
        assert len(apple.tokens) == 2
        assert 11 < len(server.asked) <= 21

    async def test_one_that_stays_stale_is_tried_twice_and_then_everyone_waits(
        self, apns: Apns, apple: Apple, server: WebServer
    ) -> None:
        apple.clock = Clock(NOW + timedelta(hours=3))
        assert await apns.send(a_parcel(DEVICE)) == Retry("403 ExpiredProviderToken", down=True)
        assert len(server.asked) == 2

    async def test_a_key_that_apple_does_not_know_makes_all_wait_and_loses_none(
        self, server: WebServer, ca_file: Path, key: SigningKey
    ) -> None:
        outcome = await send_to(server.url, ca_file, key, key_id="OTHER12345")
        assert outcome == Retry("403 InvalidProviderToken", down=True)


class TestAnswers:
    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            (Answer(410, {"reason": "Unregistered", "timestamp": 1_700_000_000_000}), Gone("410 Unregistered")),
            (Answer(410, {"reason": "ExpiredToken"}), Gone("410 ExpiredToken")),
            (Answer(400, {"reason": "BadDeviceToken"}), Gone("400 BadDeviceToken")),
            (Answer(400, {"reason": "DeviceTokenNotForTopic"}), Failed("400 DeviceTokenNotForTopic")),
            (Answer(400, {"reason": "BadTopic"}), Retry("400 BadTopic", down=True)),
            (Answer(400, {"reason": "BadPriority"}), Failed("400 BadPriority")),
            (Answer(403, {"reason": "Forbidden"}), Retry("403 Forbidden", down=True)),
            (Answer(405, {"reason": "MethodNotAllowed"}), Failed("405 MethodNotAllowed")),
            (Answer(413, {"reason": "PayloadTooLarge"}), Failed("413 PayloadTooLarge")),
            (Answer(429, {"reason": "TooManyRequests"}), Retry("429 TooManyRequests")),
            (
                Answer(429, {"reason": "TooManyRequests"}, {"retry-after": "7"}),
                Retry("429 TooManyRequests", timedelta(seconds=7)),
            ),
            (
                Answer(429, {"reason": "TooManyProviderTokenUpdates"}),
                Retry("429 TooManyProviderTokenUpdates", down=True),
            ),
            (Answer(500, {"reason": "InternalServerError"}), Retry("500 InternalServerError", down=True)),
            (
                Answer(503, {"reason": "ServiceUnavailable"}, {"retry-after": "120"}),
                Retry("503 ServiceUnavailable", timedelta(seconds=120), down=True),
            ),
            (Answer(503, {"reason": "Shutdown"}), Retry("503 Shutdown", down=True)),
            (Answer(502, b"<html>bad gateway for m1@example.com</html>"), Retry("502", down=True)),
            (Answer(400, b"garbage"), Failed("400")),
            (Answer(400, {"reason": "x" * 5_000}), Failed("400")),
            (Answer(400, {"reason": DEVICE}), Failed("400")),
            (Answer(400, b"[" * 100_000), Failed("400")),
            (Answer(302, headers={"location": "https://localhost:1/"}), Retry("302", down=True)),
        ],
    )
    async def test_each_answer_has_its_outcome_and_nothing_personal_is_repeated(
        self, apns: Apns, server: WebServer, answer: Answer, outcome: Outcome
    ) -> None:
        server.answers.append(answer)
        assert await apns.send(a_parcel(DEVICE)) == outcome
        assert len(server.asked) == 1
        assert await apns.send(a_parcel(DEVICE)) == Sent("200")

    async def test_a_date_to_retry_after_is_heeded_up_to_a_day(self, apns: Apns, server: WebServer) -> None:
        date = (NOW + timedelta(minutes=5)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        server.answers.append(Answer(503, headers={"retry-after": date}))
        server.answers.append(Answer(503, headers={"retry-after": "99999999"}))
        assert await apns.send(a_parcel(DEVICE)) == Retry("503", timedelta(minutes=5), down=True)
        assert await apns.send(a_parcel(DEVICE)) == Retry("503", timedelta(days=1), down=True)

    async def test_one_that_hangs_is_given_up_in_time_and_holds_up_no_other(
        self, apns: Apns, server: WebServer
    ) -> None:
        await apns.send(a_parcel(DEVICE))
        apns.seconds = 0.5
        server.answers.append(HANGS)
        hanging = asyncio.create_task(apns.send(a_parcel(DEVICE)))
        await eventually(lambda: len(server.asked) == 2)
        assert await apns.send(a_parcel(DEVICE)) == Sent("200")
        assert await hanging == Retry("no answer in time", down=True)
        assert await apns.send(a_parcel(DEVICE)) == Sent("200")
        assert len(server.connections) == 1

    async def test_a_connection_that_has_gone_silent_is_not_used_again(
        self, server: WebServer, ca_file: Path, key: SigningKey
    ) -> None:
        async with new_client(ca_file, seconds=0.3) as client:
            apns = driver(client, server.url, key, Clock())
            server.answers.append(HANGS)
            assert await apns.send(a_parcel(DEVICE)) == Retry("no answer in time", down=True)
            assert await apns.send(a_parcel(DEVICE)) == Sent("200")
        assert len(server.connections) == 2

    @pytest.mark.parametrize("says", [b"", BREAKS_OFF, b"HTTP/1.1 200 OK\r\n\r\n", b"\x00" * 64, b"\xff" * 4_096])
    async def test_a_server_that_speaks_no_http_or_breaks_off_is_away(
        self, authority: trustme.CA, ca_file: Path, key: SigningKey, says: bytes
    ) -> None:
        async with raw_server(authority, says=says) as url:
            outcome = await send_to(url, ca_file, key)
        assert outcome == Retry("the connection broke", down=True)

    async def test_nobody_there_or_one_whose_certificate_is_not_believed_is_away(
        self, server: WebServer, ca_file: Path, key: SigningKey
    ) -> None:
        nobody = await send_to(f"https://localhost:{free_port()}", ca_file, key)
        assert nobody == Retry("no connection", down=True)
        assert await send_to(server.url, None, key) == Retry("its certificate is not trusted", down=True)
        assert server.asked == []


class TestCheck:
    async def test_a_key_that_apple_knows_is_well_and_nobody_was_pushed_to(
        self, apns: Apns, server: WebServer
    ) -> None:
        assert await apns.check() is None
        assert [asked.path for asked in server.asked] == ["/3/device/" + "0" * 64]
        assert server.asked[0].plain == {"aps": {}}

    async def test_what_is_wrong_is_said(self, apns: Apns, server: WebServer, apple: Apple) -> None:
        apple.key_id = "ANOTHER123"
        assert await apns.check() == f"{server.url} answers 403 InvalidProviderToken"
        apns.url = f"https://localhost:{free_port()}"
        assert await apns.check() == f"{apns.url} cannot be reached: no connection"

    def test_nothing_secret_is_shown(self, key: SigningKey) -> None:
        shown = repr(driver(None, "https://push.test", key, Clock(datetime.min)))
        assert shown == (
            "Apns(url='https://push.test', key=SigningKey(), key_id='KEY1234567', team_id='TEAM123456', "
            "topic='com.example.beans', seconds=15.0, at_once=50)"
        )
