"""Drivers are made of the settings, and doctor says how they are, against real peers on this machine."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from notifications.channels.driver import Failed, Gone, Retry, Sent
from runtime.channels import open_channels
from runtime.examine_channels import examine_channels
from runtime.finding import Finding
from runtime.settings import Settings
from runtime.web_push_key import web_push_offer
from tests.runtime.conftest import Variables
from tests.support.mail_server import mail_server
from tests.support.parcels import a_parcel
from tests.support.web_server import Answer, WebServer


@asynccontextmanager
async def opened(variables: dict[str, str]) -> AsyncIterator[dict[str, Any]]:
    async with open_channels(Settings.from_environment(variables)) as drivers:
        yield drivers


class TestOpenChannels:
    async def test_nothing_set_up_is_nothing_opened(self) -> None:
        async with open_channels(Settings()) as drivers:
            assert drivers == {}

    async def test_each_provider_that_is_set_up_carries(
        self, variables: Variables, authority: trustme.CA, gateway: WebServer
    ) -> None:
        async with mail_server(authority) as mail, opened(variables(mail.port)) as drivers:
            assert list(drivers) == ["apns", "fcm", "webpush", "smtp", "sms", "webhook:POST"]
            assert await drivers["apns"].send(a_parcel("ab12")) == Sent("200")
            assert await drivers["fcm"].send(a_parcel("token")) == Sent("200")
            assert await drivers["webpush"].send(a_parcel("{}")) == Gone("no subscription")
            assert await drivers["smtp"].send(a_parcel("ana@mail.test")) == Sent("250")
            assert await drivers["sms"].send(a_parcel("+447700900123")) == Sent("200 SM1")
            assert len(mail.mails) == 1
        assert [asked.path for asked in gateway.asked] == [
            "/3/device/ab12",
            "/token",
            "/v1/projects/p/messages:send",
            "/2010-04-01/Accounts/AC1/Messages.json",
        ]

    async def test_one_whose_file_cannot_be_used_is_left_out_and_the_others_go_on(
        self, variables: Variables, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        wrong = variables(1) | {"APNS_KEY": str(tmp_path / "none.p8"), "WEB_PUSH_HOSTS": "localhost"}
        with caplog.at_level(logging.ERROR):
            async with opened(wrong) as drivers:
                assert list(drivers) == ["fcm", "webpush", "smtp", "sms", "webhook:POST"]
                assert isinstance(await drivers["webpush"].send(a_parcel("x")), Gone | Failed)
                assert await drivers["smtp"].send(a_parcel("ana@mail.test")) == Retry("no connection", down=True)
        (record,) = caplog.records
        assert record.message == "a channel cannot be used"
        assert (record.__dict__["provider"], record.__dict__["why"]) == (
            "apns",
            f"The key {tmp_path / 'none.p8'} cannot be read: No such file or directory.",
        )

    async def test_without_the_file_of_authorities_none_is_trusted_in_its_stead(
        self, variables: Variables, tmp_path: Path
    ) -> None:
        async with opened(variables(1) | {"CHANNELS_CA": str(tmp_path / "none.pem")}) as drivers:
            assert list(drivers) == ["webhook:POST"]


class TestExamineChannels:
    async def test_a_laptop_without_channels_is_well(self) -> None:
        assert await examine_channels(Settings()) == [
            Finding(
                True,
                "Channels that are not set up: Push to iOS (APNS_KEY), Push to Android (FCM_CREDENTIALS), "
                "Web Push (WEB_PUSH_SUBJECT), E-mail (SMTP_URL), SMS (SMS_ACCOUNT).",
            )
        ]

    async def test_all_that_work_say_so_and_nothing_was_sent(
        self, variables: Variables, authority: trustme.CA
    ) -> None:
        async with mail_server(authority) as mail:
            found = await examine_channels(Settings.from_environment(variables(mail.port)))
            assert mail.mails == []
        names = ("Push to iOS", "Push to Android", "Web Push", "E-mail", "SMS")
        assert found == [Finding(True, f"{name} works.") for name in names]

    async def test_each_says_what_is_wrong_with_it(self, variables: Variables, gateway: WebServer) -> None:
        wrong = variables(1) | {"APNS_KEY": "none.p8", "WEB_PUSH_KEY": "", "PUBLIC_URL": "", "FCM_CREDENTIALS": ""}
        del wrong["FCM_URL"]
        gateway.answers.append(Answer(401, {"code": 20003}))
        assert await examine_channels(Settings.from_environment(wrong)) == [
            Finding(
                False, "Push to iOS cannot be used: The key none.p8 cannot be read: No such file or directory."
            ),
            Finding(True, "Web Push works as soon as its key is made: `regulars webpush-key`."),
            Finding(False, "E-mail does not work: localhost:1 cannot be used: no connection."),
            Finding(False, f"SMS does not work: {gateway.url} answers 401 20003."),
            Finding(
                False,
                "PUBLIC_URL is not set, so that mails have no link to end them: say where members reach the API.",
            ),
            Finding(True, "Channels that are not set up: Push to Android (FCM_CREDENTIALS)."),
        ]


class TestWebPushOffer:
    def test_browsers_get_a_key_where_web_push_is_set_up(self, tmp_path: Path, key_file: Path) -> None:
        assert web_push_offer(Settings()).key is None
        subject = {"WEB_PUSH_SUBJECT": "mailto:a@b.example", "DATA_DIR": str(tmp_path)}
        made = web_push_offer(Settings.from_environment(subject))
        assert made.key
        assert web_push_offer(Settings.from_environment(subject)) == made
        hosts = {"WEB_PUSH_KEY": str(key_file), "WEB_PUSH_HOSTS": "push.example, *.push.test"}
        given = web_push_offer(Settings.from_environment(subject | hosts))
        assert given.key not in (None, made.key)
        assert given.hosts == ("push.example", "*.push.test")

    def test_a_key_that_cannot_be_used_stops_nothing_else(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "key.pem").write_text("none")
        subject = {"WEB_PUSH_SUBJECT": "mailto:a@b.example", "WEB_PUSH_KEY": str(tmp_path / "key.pem")}
        assert web_push_offer(Settings.from_environment(subject)).key is None
        assert [record.message for record in caplog.records] == ["no browser can subscribe"]
