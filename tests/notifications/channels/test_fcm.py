"""The driver of Google's service against a server that hands out tokens and judges messages as Google's do."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from notifications.channels.asking import new_client
from notifications.channels.driver import Failed, Gone, Outcome, Retry, Sent
from notifications.channels.fcm import Fcm
from notifications.channels.google_token import GoogleToken, read_service_account
from notifications.channels.signing_key import BadKey
from tests.support.parcels import ID, NOW, Clock, a_parcel
from tests.support.web_server import BREAKS_OFF, HANGS, Answer, Asked, WebServer, free_port, raw_server, web_server

DEVICE = "cRk:APA91bF"
EMAIL, KEY_ID = "alerts@beans-1.iam.gserviceaccount.test", "0123abcd"
SEND = "/v1/projects/beans-1/messages:send"


def refused(status: int, canonical: str, code: str | None = None, violated: str | None = None) -> Answer:
    """An error as Google words it."""
    details: list[dict[str, Any]] = []
    if code:
        details.append({"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code})
    if violated:
        violations = [{"field": violated, "description": f"Invalid value {DEVICE}"}]
        details.append({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations})
    error = {"code": status, "message": f"About {DEVICE}.", "status": canonical, "details": details}
    return Answer(status, {"error": error}, {"content-type": "application/json"})


@dataclass(slots=True)
class Google:
    """What Google knows: the account's key, the tokens it handed out, and the devices."""

    key: RSAPrivateKey
    clock: Clock
    url: str = ""
    life: int = 3_600
    given: dict[str, Any] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)

    def judge(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            return self._token(asked)
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if asked.path != SEND or asked.method != "POST":
            return Answer(404, b"<html>not found</html>")
        until = self.given.get(token)
        if until is None or self.clock.now >= until or token in self.revoked:
            return refused(401, "UNAUTHENTICATED")
        return self._message(asked.plain)

    def _token(self, asked: Asked) -> Answer:
        form = parse_qs(asked.body.decode())
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        (assertion,) = form["assertion"]
        options: Any = {"verify_iat": False, "verify_exp": False}
        try:
            claims = jwt.decode(
                assertion, self.key.public_key(), ["RS256"], audience=self.url + "/token", options=options
            )
        except jwt.InvalidTokenError:
            return Answer(400, {"error": "invalid_grant", "error_description": f"Invalid JWT of {EMAIL}"})
        begins = int(self.clock.now.timestamp())
        assert jwt.get_unverified_header(assertion) == {"alg": "RS256", "typ": "JWT", "kid": KEY_ID}
        assert claims == {
            "iss": EMAIL,
            "scope": "https://www.googleapis.com/auth/firebase.messaging",
            "aud": self.url + "/token",
            "iat": begins,
            "exp": begins + 3_600,
        }
        token = f"ya29.{len(self.given)}"
        self.given[token] = self.clock.now + timedelta(seconds=self.life)
        return Answer(200, {"access_token": token, "expires_in": self.life, "token_type": "Bearer"})

    def _message(self, plain: Any) -> Answer:
        message = plain["message"]
        if not all(isinstance(value, str) for value in message["data"].values()):
            return refused(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.data[0].value")
        if message["token"] != DEVICE:
            return refused(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.token")
        told = json.dumps([message["notification"], message["data"]], ensure_ascii=False)
        if len(told.encode()) > 4_096:
            return refused(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        return Answer(200, {"name": f"projects/beans-1/messages/{DEVICE}"})

    @property
    def file(self) -> dict[str, str]:
        """The credentials that are downloaded."""
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return {
            "type": "service_account",
            "project_id": "beans-1",
            "private_key_id": KEY_ID,
            "private_key": pem,
            "client_email": EMAIL,
            "token_uri": self.url + "/token",
        }


@pytest.fixture(scope="module")
def rsa() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65_537, key_size=2_048)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def google(rsa: RSAPrivateKey, clock: Clock) -> Google:
    return Google(rsa, clock)


@pytest.fixture
async def server(google: Google, authority: trustme.CA, tmp_path: Path) -> AsyncIterator[WebServer]:
    async with web_server(authority, tmp_path, google.judge) as server:
        google.url = server.url
        yield server


@pytest.fixture
async def fcm(
    server: WebServer, google: Google, ca_file: Path, clock: Clock, tmp_path: Path
) -> AsyncIterator[Fcm]:
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps(google.file))
    async with new_client(ca_file) as client:
        yield Fcm(client, server.url, GoogleToken(client, read_service_account(path), clock))


def messages(server: WebServer) -> list[Asked]:
    """Without the requests for tokens."""
    return [asked for asked in server.asked if asked.path == SEND]


class TestSend:
    async def test_a_message_has_words_for_the_system_and_texts_for_the_app(
        self, fcm: Fcm, server: WebServer
    ) -> None:
        assert await fcm.send(a_parcel(DEVICE)) == Sent("200")
        (asked,) = messages(server)
        assert asked.http == "2"
        assert asked.plain == {
            "message": {
                "token": DEVICE,
                "notification": {
                    "title": "You earned 40 points",
                    "body": "40 points for your order of 12 May.\n\nYour balance is 1,240 points.",
                },
                "data": {
                    "id": str(ID),
                    "notificationId": "Tm90aWZpY2F0aW9uOm0xOjc",
                    "kind": "POINTS_CHANGED",
                    "seq": "7",
                    "data": '{"points":40,"currency":"points"}',
                },
                "android": {
                    "priority": "HIGH",
                    "ttl": "86400s",
                    "collapse_key": "POINTS_CHANGED",
                    "notification": {"tag": str(ID)},
                },
            }
        }

    async def test_a_long_text_is_cut_to_what_google_takes(self, fcm: Fcm, server: WebServer) -> None:
        for body in ("积分" * 3_000, "x" * 9_000, "👍🏽" * 1_500):
            assert await fcm.send(a_parcel(DEVICE, body=body)) == Sent("200")
            shown = messages(server)[-1].plain["message"]["notification"]["body"]
            assert len(shown.encode()) > 3_000
            assert body.startswith(shown.removesuffix("…"))

    async def test_its_life_ends_when_it_is_too_late_and_is_never_negative(
        self, fcm: Fcm, server: WebServer
    ) -> None:
        for seconds, ttl in ((-5, "0s"), (90, "90s"), (10**8, "2419200s")):
            await fcm.send(a_parcel(DEVICE, expires_at=NOW + timedelta(seconds=seconds)))
            assert messages(server)[-1].plain["message"]["android"]["ttl"] == ttl


class TestToken:
    async def test_one_serves_all_until_a_minute_before_it_ends(
        self, fcm: Fcm, google: Google, clock: Clock
    ) -> None:
        assert await asyncio.gather(*(fcm.send(a_parcel(DEVICE)) for _ in range(20))) == [Sent("200")] * 20
        clock.pass_time(minutes=58.9)
        assert await fcm.send(a_parcel(DEVICE)) == Sent("200")
        assert len(google.given) == 1
        clock.pass_time(minutes=0.2)
        assert await fcm.send(a_parcel(DEVICE)) == Sent("200")
        assert len(google.given) == 2

    async def test_one_that_was_revoked_is_replaced_once_for_all(self, fcm: Fcm, google: Google) -> None:
        await fcm.send(a_parcel(DEVICE))
        google.revoked |= set(google.given)
        assert await asyncio.gather(*(fcm.send(a_parcel(DEVICE)) for _ in range(10))) == [Sent("200")] * 10
        assert len(google.given) == 2

    async def test_where_none_helps_it_is_tried_twice_and_then_everyone_waits(
        self, fcm: Fcm, google: Google, server: WebServer
    ) -> None:
        google.life = 0
        assert await fcm.send(a_parcel(DEVICE)) == Retry("401 UNAUTHENTICATED", down=True)
        assert len(messages(server)) == 2

    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            (Answer(400, {"error": "invalid_grant"}), Retry("no access token: 400 invalid_grant", down=True)),
            (
                Answer(503, b"", {"retry-after": "9"}),
                Retry("no access token: 503", timedelta(seconds=9), down=True),
            ),
            (Answer(200, b"garbage"), Retry("no access token: 200", down=True)),
            (Answer(200, {"access_token": "a\r\nb"}), Retry("no access token: 200", down=True)),
            (Answer(200, {"access_token": 7}), Retry("no access token: 200", down=True)),
        ],
    )
    async def test_without_one_nothing_is_sent_and_the_next_gets_another(
        self, fcm: Fcm, server: WebServer, answer: Answer, outcome: Outcome
    ) -> None:
        server.answers.append(answer)
        assert await fcm.send(a_parcel(DEVICE)) == outcome
        assert messages(server) == []
        assert await fcm.send(a_parcel(DEVICE)) == Sent("200")


class TestAnswers:
    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            (refused(404, "NOT_FOUND", "UNREGISTERED"), Gone("404 UNREGISTERED")),
            (refused(404, "NOT_FOUND"), Gone("404 NOT_FOUND")),
            (Answer(404, b"<html>"), Failed("404")),
            (refused(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.token"), Gone("400 INVALID_ARGUMENT")),
            (refused(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"), Failed("400 INVALID_ARGUMENT")),
            (
                refused(400, "INVALID_ARGUMENT", None, "message.android.ttl"),
                Failed("400 INVALID_ARGUMENT"),
            ),
            (
                Answer(
                    400,
                    {
                        "error": {
                            "status": "INVALID_ARGUMENT",
                            "message": "The registration token is not a valid FCM registration token",
                        }
                    },
                ),
                Gone("400 INVALID_ARGUMENT"),
            ),
            (refused(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"), Failed("403 SENDER_ID_MISMATCH")),
            (refused(403, "PERMISSION_DENIED"), Retry("403 PERMISSION_DENIED", down=True)),
            (refused(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), Retry("429 QUOTA_EXCEEDED")),
            (Answer(429, b"", {"retry-after": "60"}), Retry("429", timedelta(seconds=60))),
            (refused(500, "INTERNAL", "INTERNAL"), Retry("500 INTERNAL", down=True)),
            (
                Answer(503, {"error": {"status": "UNAVAILABLE"}}, {"retry-after": "30"}),
                Retry("503 UNAVAILABLE", timedelta(seconds=30), down=True),
            ),
            (Answer(502, b"<html>"), Retry("502", down=True)),
            (Answer(301, b"", {"location": "https://localhost:1"}), Retry("301", down=True)),
            (Answer(400, {"error": "x"}), Failed("400")),
            (Answer(400, {"error": {"details": "x", "status": 7}}), Failed("400")),
            (Answer(400, {"error": {"details": [7, {"fieldViolations": 7, "errorCode": 7}]}}), Failed("400")),
        ],
    )
    async def test_each_answer_has_its_outcome_and_nothing_personal_is_repeated(
        self, fcm: Fcm, server: WebServer, answer: Answer, outcome: Outcome
    ) -> None:
        await fcm.token.get()
        server.answers.append(answer)
        assert await fcm.send(a_parcel(DEVICE)) == outcome
        assert len(messages(server)) == 1

    async def test_one_that_hangs_breaks_off_or_is_not_there_is_away(
        self, fcm: Fcm, server: WebServer, authority: trustme.CA
    ) -> None:
        await fcm.token.get()
        server.answers.append(HANGS)
        fcm.seconds = 0.3
        assert await fcm.send(a_parcel(DEVICE)) == Retry("no answer in time", down=True)
        fcm.seconds = 15
        async with raw_server(authority, says=BREAKS_OFF) as fcm.url:
            assert await fcm.send(a_parcel(DEVICE)) == Retry("the connection broke", down=True)
        fcm.url = f"https://localhost:{free_port()}"
        assert await fcm.send(a_parcel(DEVICE)) == Retry("no connection", down=True)


class TestCheck:
    async def test_it_has_a_message_to_nobody_looked_at_and_not_sent(self, fcm: Fcm, server: WebServer) -> None:
        assert await fcm.check() is None
        assert [asked.plain["validate_only"] for asked in messages(server)] == [True]

    async def test_what_is_wrong_is_said(self, fcm: Fcm, server: WebServer, rsa: RSAPrivateKey) -> None:
        server.answers.append(Answer(400, {"error": "invalid_grant"}))
        assert await fcm.check() == f"{server.url} cannot be used: no access token: 400 invalid_grant"
        await fcm.token.get()
        server.answers.append(refused(403, "PERMISSION_DENIED"))
        assert await fcm.check() == f"{server.url} answers 403 PERMISSION_DENIED"
        fcm.url = server.url + "/elsewhere"
        assert await fcm.check() == f"{server.url}/elsewhere answers 404"


class TestReadServiceAccount:
    def test_a_file_that_is_none_says_why_and_not_what_is_in_it(self, google: Google, tmp_path: Path) -> None:
        path = tmp_path / "credentials.json"
        with pytest.raises(BadKey, match="cannot be read: No such file"):
            read_service_account(path)
        for content, why in (
            ("{", "is no JSON"),
            ("[]", "lacks project_id, client_email, private_key_id, private_key, token_uri"),
            (json.dumps(google.file | {"token_uri": None}), "lacks token_uri"),
            (json.dumps(google.file | {"private_key": "secret"}), "is no key in PEM"),
        ):
            path.write_text(content)
            with pytest.raises(BadKey, match=why) as refusal:
                read_service_account(path)
            assert "secret" not in str(refusal.value)

    def test_nothing_secret_is_shown(self, google: Google, tmp_path: Path) -> None:
        path = tmp_path / "credentials.json"
        path.write_text(json.dumps(google.file))
        token = GoogleToken(None, read_service_account(path), Clock(), _token="ya29.secret")  # type: ignore[arg-type]
        assert "secret" not in repr(token)
        assert "Private" not in repr(token)
