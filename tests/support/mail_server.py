"""A mail server: a real one on this machine (aiosmtpd) that answers as it is told to and keeps what it got."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "alerts", "p@ss:word"
HANGS = "hangs"
DROPS = "drops"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail and its envelope."""

    sender: str
    to: list[str]
    options: list[str]
    tls: bool
    message: EmailMessage
    raw: bytes


@dataclass(slots=True)
class MailServer:
    """`answers`: of a command, in their order; then it takes everything. HANGS waits, DROPS closes the
    connection."""

    port: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    connections: list[SMTP] = field(default_factory=list)
    signed_in: int = 0
    resets: int = 0
    open: int = 0
    most: int = 0
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_MAIL(
        self, _server: SMTP, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """The beginning of a mail."""
        answer = await self._answer("MAIL")
        if answer == "250 OK":
            envelope.mail_from = address
            envelope.mail_options.extend(options)
            self.open += 1
            self.most = max(self.most, self.open)
        return answer

    async def handle_RCPT(
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """To whom."""
        answer = await self._answer("RCPT")
        if answer == "250 OK":
            envelope.rcpt_tos.append(address)
        else:
            self.open -= 1
        return answer

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        """The mail."""
        answer = await self._answer("DATA")
        self.open -= 1
        if answer == "250 OK":
            message = message_from_bytes(envelope.content, _class=EmailMessage, policy=SMTP_POLICY)
            assert isinstance(message, EmailMessage)
            options = list(envelope.mail_options)
            tls = server.transport.get_extra_info("ssl_object") is not None
            self.mails.append(
                Mail(envelope.mail_from, list(envelope.rcpt_tos), options, tls, message, envelope.content)
            )
        return answer

    async def handle_RSET(self, _server: SMTP, _session: Any, _envelope: Any) -> str:
        """What a client says on a connection that it takes up again."""
        self.resets += 1
        return "250 OK"

    async def handle_NOOP(self, _server: SMTP, _session: Any, _envelope: Any, _arg: str) -> str:
        """Nothing."""
        return await self._answer("NOOP")

    def authenticate(self, _server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """One user."""
        well = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        self.signed_in += well
        return AuthResult(success=well, handled=False)

    def drop_all(self) -> None:
        """Closes every connection, without a word."""
        for smtp in self.connections:
            if isinstance(smtp.transport, asyncio.Transport):
                smtp.transport.abort()

    async def _answer(self, command: str) -> str:
        answers = self.answers.get(command)
        answer = answers.pop(0) if answers else "250 OK"
        if answer == HANGS:
            await self.closing.wait()
        if answer == DROPS:
            self.drop_all()
        return answer if answer not in (HANGS, DROPS) else "451 closing"


@asynccontextmanager
async def mail_server(
    authority: trustme.CA, *, tls: bool = False, starttls: bool = True, auth: bool = False, utf8: bool = True
) -> AsyncIterator[MailServer]:
    """The server, as long as the block lasts: TLS from the first byte, or STARTTLS where it is offered."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    mail = MailServer()

    def connected() -> SMTP:
        with warnings.catch_warnings():  # that of TLS it knows STARTTLS only
            warnings.simplefilter("ignore")
            smtp = SMTP(
                mail,
                hostname="mail.test",
                enable_SMTPUTF8=utf8,
                tls_context=context if starttls and not tls else None,
                require_starttls=starttls and not tls,
                auth_required=auth,
                auth_require_tls=not tls,
                authenticator=mail.authenticate if auth else None,
                loop=asyncio.get_running_loop(),
            )
        mail.connections.append(smtp)
        return smtp

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connected, "127.0.0.1", 0, ssl=context if tls else None)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        mail.closing.set()
        server.close()
        mail.drop_all()
        await server.wait_closed()
