"""The driver of Web Push against a push service that checks VAPID, and a browser that decrypts by its own code."""

import hmac
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import jwt
import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notifications.channels.asking import new_client
from notifications.channels.driver import Failed, Gone, Outcome, Retry, Sent
from notifications.channels.signing_key import SigningKey
from notifications.channels.web_push import WebPush
from tests.support.parcels import ID, NOW, WORDS, Clock, a_parcel
from tests.support.web_server import BREAKS_OFF, HANGS, Answer, Asked, WebServer, raw_server, web_server

SUBJECT = "mailto:push@beans.example"


def b64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def unb64(text: str) -> bytes:
    assert "=" not in text
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(slots=True)
class Browser:
    """A subscriber: its keys, and RFC 8291 from the receiver's side."""

    private: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    auth: bytes = bytes(range(16))

    @property
    def point(self) -> bytes:
        """Its public key, uncompressed."""
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def token(self, url: str, **keys: str) -> str:
        """The subscription, as a browser gives it."""
        own = {"p256dh": b64(self.point), "auth": b64(self.auth)} | keys
        return json.dumps({"endpoint": f"{url}/push/1", "keys": own})

    def read(self, body: bytes) -> Any:
        """What was sent: one record of aes128gcm (RFC 8188), its key made as RFC 8291, section 3.4, says."""
        salt, size, length = body[:16], struct.unpack("!L", body[16:20])[0], body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert size == 4_096
        assert length == 65
        assert len(record) <= size
        peer = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), sender)
        shared = hmac.digest(self.auth, self.private.exchange(ECDH(), peer), sha256)
        secret = hmac.digest(shared, b"WebPush: info\x00" + self.point + sender + b"\x01", sha256)
        pseudo_random = hmac.digest(salt, secret, sha256)
        key = hmac.digest(pseudo_random, b"Content-Encoding: aes128gcm\x00\x01", sha256)[:16]
        nonce = hmac.digest(pseudo_random, b"Content-Encoding: nonce\x00\x01", sha256)[:12]
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\x00")
        assert plain[-1:] == b"\x02"
        return json.loads(plain[:-1])


@dataclass(slots=True)
class Service:
    """A push service: it knows the key that the browser subscribed with (RFC 8292, section 4)."""

    key: SigningKey
    clock: Clock
    url: str = ""
    tokens: list[str] = field(default_factory=list)

    def judge(self, asked: Asked) -> Answer:
        """201, or what it does not like."""
        scheme, _, rest = asked.headers.get("authorization", "").partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        if scheme != "vapid" or unb64(given["k"]) != self.key.point:
            return Answer(403)
        options: Any = {"verify_exp": False}
        claims = jwt.decode(
            given["t"], self.key.private.public_key(), ["ES256"], audience=self.url, options=options
        )
        left = claims["exp"] - self.clock.now.timestamp()
        if not 0 < left <= 86_400 or claims["sub"] != SUBJECT or set(claims) != {"aud", "exp", "sub"}:
            return Answer(401)
        if given["t"] not in self.tokens:
            self.tokens.append(given["t"])
        if asked.headers.get("content-encoding") != "aes128gcm" or not asked.headers["ttl"].isdigit():
            return Answer(400)
        return Answer(413 if len(asked.body) > 4_096 else 201, headers={"location": f"{self.url}/message/1"})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(key: SigningKey, clock: Clock) -> Service:
    return Service(key, clock)


@pytest.fixture
async def server(service: Service, authority: trustme.CA, tmp_path: Path) -> AsyncIterator[WebServer]:
    async with web_server(authority, tmp_path, service.judge) as server:
        service.url = server.url
        yield server


def host(url: str) -> str:
    return url.removeprefix("https://")


@pytest.fixture
async def web_push(server: WebServer, ca_file: Path, key: SigningKey, clock: Clock) -> AsyncIterator[WebPush]:
    async with new_client(ca_file) as client:
        yield WebPush(client, key, SUBJECT, (host(server.url),), clock)


@pytest.fixture
def browser() -> Browser:
    return Browser()


class TestSend:
    async def test_only_the_browser_can_read_what_is_told(
        self, web_push: WebPush, server: WebServer, browser: Browser
    ) -> None:
        assert await web_push.send(a_parcel(browser.token(server.url))) == Sent("201")
        (asked,) = server.asked
        assert browser.read(asked.body) == {
            "id": str(ID),
            "notificationId": "Tm90aWZpY2F0aW9uOm0xOjc",
            "kind": "POINTS_CHANGED",
            "seq": 7,
            "title": WORDS[0],
            "body": WORDS[1],
            "locale": "en",
            "data": {"points": 40, "currency": "points"},
        }
        for word in (b"points", b"POINTS", ID.bytes, str(ID).encode()):
            assert word not in asked.body

    async def test_the_service_is_told_how_long_how_urgent_and_what_it_replaces(
        self, web_push: WebPush, server: WebServer, browser: Browser
    ) -> None:
        await web_push.send(a_parcel(browser.token(server.url)))
        await web_push.send(a_parcel(browser.token(server.url), urgent=True, expires_at=NOW - timedelta(days=1)))
        told = [
            (asked.method, asked.path, *(asked.headers[name] for name in ("ttl", "urgency", "topic")))
            for asked in server.asked
        ]
        assert told == [
            ("POST", "/push/1", "86400", "normal", ID.hex),
            ("POST", "/push/1", "0", "high", ID.hex),
        ]
        assert len(ID.hex) == 32

    async def test_a_long_text_is_cut_to_the_4096_bytes_that_every_service_takes(
        self, web_push: WebPush, server: WebServer, browser: Browser
    ) -> None:
        for body in ("积分" * 3_000, "x" * 9_000):
            assert await web_push.send(a_parcel(browser.token(server.url), body=body)) == Sent("201")
            assert 4_090 < len(server.asked[-1].body) <= 4_096
            assert browser.read(server.asked[-1].body)["body"].endswith("…")

    async def test_the_same_is_never_encrypted_twice_alike(
        self, web_push: WebPush, server: WebServer, browser: Browser
    ) -> None:
        for _ in range(2):
            await web_push.send(a_parcel(browser.token(server.url)))
        first, second = server.asked
        assert first.body[:86] != second.body[:86]

    async def test_a_token_serves_a_service_for_half_of_its_life(
        self, web_push: WebPush, server: WebServer, service: Service, browser: Browser, clock: Clock
    ) -> None:
        for hours in (0, 5.9, 0.2, 5.9):
            clock.pass_time(hours=hours)
            assert await web_push.send(a_parcel(browser.token(server.url))) == Sent("201")
        assert len(service.tokens) == 2


class TestAddress:
    async def test_nothing_is_sent_to_a_host_that_is_not_allowed_whatever_was_registered(
        self, web_push: WebPush, server: WebServer, browser: Browser
    ) -> None:
        web_push.hosts = ("*.push.services.test",)
        outcome = await web_push.send(a_parcel(browser.token(server.url)))
        assert outcome == Failed("its push service is none of WEB_PUSH_HOSTS")
        assert server.asked == []

    async def test_a_redirect_is_not_followed(
        self, web_push: WebPush, server: WebServer, browser: Browser
    ) -> None:
        server.answers.append(Answer(307, headers={"location": f"{server.url}/inside"}))
        assert await web_push.send(a_parcel(browser.token(server.url))) == Retry("307")
        assert [asked.path for asked in server.asked] == ["/push/1"]

    async def test_what_is_no_subscription_is_gone(
        self, web_push: WebPush, server: WebServer, browser: Browser
    ) -> None:
        no_point = b64(b"\x04" + b"\x01" * 64)
        for token in ("", "{}", browser.token(server.url, p256dh=no_point), browser.token(server.url, auth="AA")):
            assert await web_push.send(a_parcel(token)) == Gone("no subscription")
        assert server.asked == []


class TestAnswers:
    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            (Answer(200), Sent("200")),
            (Answer(202), Sent("202")),
            (Answer(400), Failed("400")),
            (Answer(401, {"message": SUBJECT}), Failed("401")),
            (Answer(403), Failed("403")),
            (Answer(404), Gone("404")),
            (Answer(410), Gone("410")),
            (Answer(413), Failed("413")),
            (Answer(429, headers={"retry-after": "15"}), Retry("429", timedelta(seconds=15))),
            (Answer(500), Retry("500")),
            (Answer(503, headers={"retry-after": "3"}), Retry("503", timedelta(seconds=3))),
            (HANGS, Retry("no answer in time")),
        ],
    )
    async def test_each_answer_has_its_outcome_and_one_service_away_is_not_all(
        self, web_push: WebPush, server: WebServer, browser: Browser, answer: Answer | str, outcome: Outcome
    ) -> None:
        server.answers.append(answer)
        web_push.seconds = 0.5 if answer == HANGS else 15
        assert await web_push.send(a_parcel(browser.token(server.url))) == outcome

    async def test_one_that_breaks_off_is_tried_again(
        self, web_push: WebPush, browser: Browser, authority: trustme.CA
    ) -> None:
        async with raw_server(authority, says=BREAKS_OFF) as url:
            web_push.hosts = (host(url),)
            assert await web_push.send(a_parcel(browser.token(url))) == Retry("the connection broke")


class TestCheck:
    async def test_a_key_that_signs_is_well_and_asks_nobody(self, web_push: WebPush, server: WebServer) -> None:
        assert await web_push.check() is None
        assert server.asked == []
        assert "PrivateKey" not in repr(web_push)
