"""The driver of e-mail against a real SMTP server, with TLS, STARTTLS and signing in."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import pytest
import trustme

from notifications.channels.asking import trusting
from notifications.channels.driver import Failed, Gone, Outcome, Retry, Sent
from notifications.channels.email import Email, MailServer
from tests.support import mail_server as peer
from tests.support.mail_server import DROPS, HANGS, PASSWORD, USER, mail_server
from tests.support.parcels import ID, a_parcel
from tests.support.web_server import free_port

TO = "ana@mail.test"
SENDER = Address("Beans", "alerts", "beans.example")


@pytest.fixture
def context(ca_file: Path) -> ssl.SSLContext:
    return trusting(ca_file)


@asynccontextmanager
async def driving(port: int, context: ssl.SSLContext, **changes: Any) -> AsyncIterator[Email]:
    """The driver to a server of this machine, closed afterwards."""
    email = Email(replace(MailServer("localhost", port, tls=False), **changes), SENDER, context)
    try:
        yield email
    finally:
        await email.aclose()


@pytest.fixture
async def server(authority: trustme.CA) -> AsyncIterator[peer.MailServer]:
    async with mail_server(authority) as server:
        yield server


@pytest.fixture
async def email(server: peer.MailServer, context: ssl.SSLContext) -> AsyncIterator[Email]:
    async with driving(server.port, context) as email:
        yield email


class TestSend:
    async def test_a_mail_is_handed_in_over_starttls(self, email: Email, server: peer.MailServer) -> None:
        assert await email.send(a_parcel(TO)) == Sent("250")
        (mail,) = server.mails
        assert (mail.sender, mail.to, mail.tls) == ("alerts@beans.example", [TO], True)
        assert mail.message["message-id"] == f"<{ID}@beans.example>"
        assert mail.message["to"] == TO

    @pytest.mark.parametrize("tls", [True, False])
    async def test_it_signs_in_where_it_has_a_name(
        self, authority: trustme.CA, context: ssl.SSLContext, tls: bool
    ) -> None:
        async with (
            mail_server(authority, tls=tls, auth=True) as server,
            driving(server.port, context, tls=tls, user=USER, password=PASSWORD) as email,
        ):
            assert await email.send(a_parcel(TO)) == Sent("250")
            assert server.signed_in == 1
            assert server.mails[0].tls

    async def test_plain_text_goes_nowhere_but_to_this_machine(
        self, authority: trustme.CA, context: ssl.SSLContext
    ) -> None:
        async with mail_server(authority, starttls=False) as server:
            async with driving(server.port, context, user=USER, password=PASSWORD) as email:
                assert await email.send(a_parcel(TO)) == Retry("SMTPException", down=True)
            async with driving(server.port, context, plain_will_do=True) as email:
                assert await email.send(a_parcel(TO)) == Sent("250")
        assert [mail.tls for mail in server.mails] == [False]

    async def test_a_server_whose_certificate_is_not_believed_gets_nothing(self, server: peer.MailServer) -> None:
        async with driving(server.port, trusting(None), user=USER, password=PASSWORD) as email:
            assert await email.send(a_parcel(TO)) == Retry("its certificate is not trusted", down=True)
        assert server.mails == []
        assert server.signed_in == 0

    async def test_words_that_are_no_text_are_refused_before_anything_is_said(
        self, email: Email, server: peer.MailServer
    ) -> None:
        outcome = await email.send(a_parcel(TO, body="\ud800"))
        assert outcome == Failed("what it says cannot be written as a mail")
        assert server.connections == []


class TestConnections:
    async def test_one_is_kept_and_serves_the_next(self, email: Email, server: peer.MailServer) -> None:
        for _ in range(5):
            assert await email.send(a_parcel(TO)) == Sent("250")
        assert len(server.mails) == 5
        # One of aiosmtpd's protocols before STARTTLS and another after it would be two: it is the same one.
        assert len(server.connections) == 1

    async def test_however_many_mails_there_are_no_more_than_four_connections(
        self, email: Email, server: peer.MailServer
    ) -> None:
        outcomes = await asyncio.gather(*(email.send(a_parcel(f"m{number}@mail.test")) for number in range(40)))
        assert outcomes == [Sent("250")] * 40
        assert len(server.connections) == 4
        assert 1 <= server.most <= 4
        assert sorted(mail.to[0] for mail in server.mails) == sorted(f"m{n}@mail.test" for n in range(40))

    async def test_one_that_the_server_has_closed_meanwhile_costs_no_mail(
        self, email: Email, server: peer.MailServer
    ) -> None:
        await email.send(a_parcel(TO))
        server.drop_all()
        assert await email.send(a_parcel(TO)) == Sent("250")
        assert len(server.connections) == 2

    async def test_one_on_which_a_mail_was_refused_goes_on(self, email: Email, server: peer.MailServer) -> None:
        server.answers = {"RCPT": ["550 5.1.1 no such user"], "DATA": ["554 5.6.0 no"]}
        assert await email.send(a_parcel(TO)) == Gone("550 5.1.1")
        assert await email.send(a_parcel(TO)) == Failed("554 5.6.0")
        assert await email.send(a_parcel(TO)) == Sent("250")
        assert len(server.connections) == 1


class TestAnswers:
    @pytest.mark.parametrize(
        ("command", "answer", "outcome"),
        [
            ("RCPT", "550 5.1.1 <ana@mail.test> no such user", Gone("550 5.1.1")),
            ("RCPT", "550 no such user ana@mail.test", Gone("550")),
            ("RCPT", "553 5.1.3 bad address", Gone("553 5.1.3")),
            ("RCPT", "550 5.2.1 mailbox disabled", Gone("550 5.2.1")),
            ("RCPT", "552 5.2.2 mailbox full", Failed("552 5.2.2")),
            ("RCPT", "554 5.7.1 relaying denied", Failed("554 5.7.1")),
            ("RCPT", "450 4.2.1 try again later", Retry("450 4.2.1")),
            ("RCPT", "421 4.7.0 too many connections", Retry("421 4.7.0", down=True)),
            ("RCPT", "530 5.7.0 sign in first", Retry("530 5.7.0", down=True)),
            ("MAIL", "451 4.3.0 local error", Retry("451 4.3.0")),
            ("MAIL", "421 closing", Retry("421", down=True)),
            ("MAIL", "550 5.7.1 sender not allowed", Retry("550 5.7.1", down=True)),
            ("DATA", "554 5.6.0 message refused", Failed("554 5.6.0")),
            ("DATA", "452 4.3.1 no room", Retry("452 4.3.1")),
            ("DATA", "421 4.3.2 closing", Retry("421 4.3.2", down=True)),
            ("DATA", "garbage", Retry("the connection broke", down=True)),
            ("MAIL", DROPS, Retry("the connection broke", down=True)),
            ("RCPT", DROPS, Retry("the connection broke", down=True)),
            ("DATA", DROPS, Retry("the connection broke", down=True)),
            ("RCPT", HANGS, Retry("no answer in time", down=True)),
            ("DATA", HANGS, Retry("no answer in time", down=True)),
        ],
    )
    async def test_each_answer_has_its_outcome_repeats_no_address_and_the_next_mail_goes(
        self, email: Email, server: peer.MailServer, command: str, answer: str, outcome: Outcome
    ) -> None:
        server.answers[command] = [answer]
        email.seconds = 0.6 if answer == HANGS else 15
        assert await email.send(a_parcel(TO)) == outcome
        email.seconds = 15
        assert await email.send(a_parcel(TO)) == Sent("250")
        assert len(server.mails) == 1

    async def test_nobody_there_or_one_that_says_nothing_is_away(self, context: ssl.SSLContext) -> None:
        async with driving(free_port(), context) as email:
            assert await email.send(a_parcel(TO)) == Retry("no connection", down=True)
        closing = asyncio.Event()

        async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await closing.wait()
            writer.close()

        mute = await asyncio.start_server(silent, "127.0.0.1", 0)
        async with mute, driving(mute.sockets[0].getsockname()[1], context) as email:
            email.seconds = 0.3
            assert await email.send(a_parcel(TO)) == Retry("no answer in time", down=True)
            closing.set()


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "",
            "ana",
            "@mail.test",
            "ana@",
            "ana @mail.test",
            "ana@mail.test\r\nRCPT TO:<eve@mail.test>",
            "ana@mail.test,eve@mail.test",
            "<ana@mail.test>",
            '"a b"@mail.test',
            "ana@mail..test",
            "a" * 65 + "@mail.test",
        ],
    )
    async def test_what_is_none_is_gone_and_nothing_is_said(
        self, email: Email, server: peer.MailServer, address: str
    ) -> None:
        assert await email.send(a_parcel(address)) == Gone("no e-mail address")
        assert server.connections == []

    async def test_a_domain_of_any_script_is_written_as_in_dns(
        self, email: Email, server: peer.MailServer
    ) -> None:
        assert await email.send(a_parcel("ana@müsli.example")) == Sent("250")
        assert server.mails[0].to == ["ana@xn--msli-0ra.example"]
        assert server.mails[0].options == [option for option in server.mails[0].options if "UTF8" not in option]

    async def test_a_name_of_any_script_needs_a_server_that_takes_it(
        self, email: Email, server: peer.MailServer, authority: trustme.CA, context: ssl.SSLContext
    ) -> None:
        assert await email.send(a_parcel("用户@mail.test")) == Sent("250")
        assert server.mails[0].to == ["用户@mail.test"]
        assert "SMTPUTF8" in server.mails[0].options
        assert "To: 用户@mail.test".encode() in server.mails[0].raw
        async with mail_server(authority, utf8=False) as old, driving(old.port, context) as other:
            outcome = await other.send(a_parcel("用户@mail.test"))
            assert outcome == Failed("the mail server takes no addresses beyond ASCII")
            assert await other.send(a_parcel(TO)) == Sent("250")


class TestCheck:
    async def test_it_connects_upgrades_signs_in_and_sends_nothing(
        self, authority: trustme.CA, context: ssl.SSLContext
    ) -> None:
        async with (
            mail_server(authority, auth=True) as server,
            driving(server.port, context, user=USER, password=PASSWORD) as email,
        ):
            assert await email.check() is None
            assert (server.signed_in, server.mails) == (1, [])
            assert PASSWORD not in repr(email)

    async def test_what_is_wrong_is_said_without_the_password(
        self, authority: trustme.CA, context: ssl.SSLContext
    ) -> None:
        async with (
            mail_server(authority, auth=True) as server,
            driving(server.port, context, user=USER, password="another") as email,
        ):
            assert await email.check() == f"localhost:{server.port} cannot be used: 535 5.7.8"
            assert await email.send(a_parcel(TO)) == Retry("535 5.7.8", down=True)
        port = free_port()
        async with driving(port, context) as email:
            assert await email.check() == f"localhost:{port} cannot be used: no connection"
