"""The driver of text messages against a gateway that answers as Twilio's API does."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import trustme

from notifications.channels.asking import new_client
from notifications.channels.driver import Failed, Gone, Outcome, Retry, Sent
from notifications.channels.sms import Sms
from tests.support.parcels import ID, NOW, a_parcel
from tests.support.web_server import HANGS, Answer, Asked, WebServer, free_port, raw_server, web_server

ACCOUNT, TOKEN, FROM, TO = "AC" + "0" * 32, "secret", "+15550100", "+447700900123"
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"


def refused(status: int, code: int, **headers: str) -> Answer:
    """An error as Twilio words it, which may hold the number."""
    told = {"code": code, "message": f"The 'To' number {TO} is not valid.", "status": status}
    return Answer(status, told, {name.replace("_", "-"): text for name, text in headers.items()})


def judge(asked: Asked) -> Answer:
    """What Twilio makes of it."""
    if asked.headers.get("authorization") != "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode():
        return refused(401, 20003)
    if (asked.method, asked.path) == ("GET", f"{ROOT}.json"):
        return Answer(200, {"sid": ACCOUNT, "status": "active"})
    if (asked.method, asked.path) != ("POST", f"{ROOT}/Messages.json"):
        return refused(404, 20404)
    form = parse_qs(asked.body.decode(), strict_parsing=True)
    if form["To"] != [TO]:
        return refused(400, 21211)
    return refused(400, 21617) if len(form["Body"][0]) > 1_600 else Answer(201, {"sid": "SM1", "to": TO})


@pytest.fixture
async def server(authority: trustme.CA, tmp_path: Path) -> AsyncIterator[WebServer]:
    async with web_server(authority, tmp_path, judge) as server:
        yield server


@pytest.fixture
async def sms(server: WebServer, ca_file: Path) -> AsyncIterator[Sms]:
    async with new_client(ca_file) as client:
        yield Sms(client, server.url, ACCOUNT, TOKEN, FROM)


class TestSend:
    async def test_the_form_says_to_whom_from_whom_what_and_until_when(self, sms: Sms, server: WebServer) -> None:
        parcel = a_parcel(TO, title="你赚了 40 积分", body="Ta & co + 1", expires_at=NOW + timedelta(minutes=90))
        assert await sms.send(parcel) == Sent("201 SM1")
        (asked,) = server.asked
        assert parse_qs(asked.body.decode()) == {
            "To": [TO],
            "From": [FROM],
            "Body": ["你赚了 40 积分\nTa & co + 1"],
            "ValidityPeriod": ["5400"],
        }
        assert asked.headers["i-twilio-idempotency-token"] == str(ID)

    async def test_a_messaging_service_may_send_it(self, sms: Sms, server: WebServer) -> None:
        sms.sender = "MG" + "a" * 32
        assert await sms.send(a_parcel(TO)) == Sent("201 SM1")
        form = parse_qs(server.asked[0].body.decode())
        assert form["MessagingServiceSid"] == [sms.sender]
        assert "From" not in form
        assert form["ValidityPeriod"] == ["36000"]

    async def test_a_long_text_is_cut(self, sms: Sms, server: WebServer) -> None:
        assert await sms.send(a_parcel(TO, body="x" * 5_000)) == Sent("201 SM1")
        body = parse_qs(server.asked[0].body.decode())["Body"][0]
        assert (len(body), body[-1]) == (1_600, "…")


class TestAnswers:
    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            *((refused(400, code), Gone(f"400 {code}")) for code in (21211, 21214, 21610, 21614, 21635)),
            *((refused(400, code), Failed(f"400 {code}")) for code in (21408, 21602, 21612, 21617)),
            (refused(400, 21606), Retry("400 21606", down=True)),
            (refused(401, 20003), Retry("401 20003", down=True)),
            (refused(403, 20005), Retry("403 20005", down=True)),
            (refused(429, 20429), Retry("429 20429")),
            (refused(429, 20429, retry_after="2"), Retry("429 20429", timedelta(seconds=2))),
            (refused(500, 20500), Retry("500 20500", down=True)),
            (Answer(503, b"", {"retry-after": "5"}), Retry("503", timedelta(seconds=5), down=True)),
            (Answer(302, b"", {"location": "/x"}), Retry("302", down=True)),
            (Answer(404, b"garbage"), Failed("404")),
            (Answer(201, b"garbage"), Sent("201")),
            (Answer(201, {"sid": TO}), Sent("201")),
            (HANGS, Retry("no answer in time", down=True)),
        ],
    )
    async def test_each_answer_has_its_outcome_and_nothing_personal_is_repeated(
        self, sms: Sms, server: WebServer, answer: Answer | str, outcome: Outcome
    ) -> None:
        server.answers.append(answer)
        sms.seconds = 0.5 if answer == HANGS else 15
        assert await sms.send(a_parcel(TO)) == outcome
        assert len(server.asked) == 1

    @pytest.mark.parametrize(
        "says", [b"", b"\x00\xff" * 40, b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{"]
    )
    async def test_one_that_breaks_off_or_speaks_no_http_is_away(
        self, sms: Sms, authority: trustme.CA, says: bytes
    ) -> None:
        async with raw_server(authority, says=says, protocol="http/1.1") as sms.url:
            assert await sms.send(a_parcel(TO)) == Retry("the connection broke", down=True)
        sms.url = f"https://localhost:{free_port()}"
        assert await sms.send(a_parcel(TO)) == Retry("no connection", down=True)


class TestCheck:
    async def test_the_account_is_read_and_nothing_sent(self, sms: Sms, server: WebServer) -> None:
        assert await sms.check() is None
        assert [(asked.method, asked.path) for asked in server.asked] == [("GET", f"{ROOT}.json")]

    async def test_what_is_wrong_is_said(self, sms: Sms, server: WebServer) -> None:
        server.answers.append(Answer(200, {"status": "suspended"}))
        assert await sms.check() == f"{server.url} says that the account is not active"
        sms.token = "another"
        assert await sms.check() == f"{server.url} answers 401 20003"
        assert TOKEN not in repr(sms)
