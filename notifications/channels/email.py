"""E-mail over SMTP: a few connections that are kept, one mail at a time on each."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from time import monotonic
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)
from aiosmtplib.errors import SMTPDataError

from notifications.channels.asking import SECONDS
from notifications.channels.driver import Failed, Gone, Outcome, Parcel, Retry, Sent
from notifications.channels.letter import ascii_domain, letter

AT_ONCE: Final = 4
IDLE_SECONDS: Final = 30.0
# No quotes, lists, routes or comments: what is left means the same to everyone on the way.
_ADDRESS = re.compile(
    r"(?P<local>[^\s\x00-\x20\x7f<>()\[\]\\,;:@\"]{1,64})@(?P<domain>[^\s\x00-\x20\x7f<>()\[\]\\,;:@\"]{1,253})"
)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")
_CLOSING = 421


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed in. `tls`: from the first byte (smtps); else STARTTLS, which must be offered unless
    `plain_will_do`, as on this machine."""

    host: str
    port: int
    tls: bool
    plain_will_do: bool = False
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(slots=True)
class Email:
    """`sender`: whom the mails are from; without a display name they bear the programme's."""

    server: MailServer
    sender: Address
    tls_context: ssl.SSLContext = field(repr=False)
    seconds: float = SECONDS
    at_once: int = AT_ONCE
    _idle: list[tuple[SMTP, float]] = field(default_factory=list, repr=False)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), repr=False)

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt. What the server says of the address is a bounce; of everything else it is not."""
        to = _deliverable(parcel.to)
        if to is None:
            return Gone("no e-mail address")
        try:
            content = letter(parcel, to=to, sender=self.sender).as_bytes()
        except (ValueError, MessageError):
            return Failed("what it says cannot be written as a mail")
        try:
            async with asyncio.timeout(self.seconds), self._connection() as smtp:
                return await self._hand_in(smtp, to, content)
        except TimeoutError:
            return Retry("no answer in time", down=True)
        except (SMTPException, OSError, ValueError) as fault:
            return _unreached(fault)

    async def check(self) -> str | None:
        """Connects, upgrades, signs in, and says nothing more."""
        where = f"{self.server.host}:{self.server.port}"
        try:
            async with asyncio.timeout(self.seconds):
                smtp = await self._connected()
                await smtp.noop()
                await _leave(smtp)
        except TimeoutError:
            return f"{where} cannot be used: no answer in time"
        except (SMTPException, OSError, ValueError) as fault:
            return f"{where} cannot be used: {_unreached(fault).answer}"
        return None

    async def aclose(self) -> None:
        """Ends all connections that are idle."""
        idle, self._idle = self._idle, []
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await asyncio.gather(*(_leave(smtp) for smtp, _ in idle))
        for smtp, _ in idle:
            smtp.close()

    async def _hand_in(self, smtp: SMTP, to: str, content: bytes) -> Outcome:
        sender = f"{self.sender.username}@{ascii_domain(self.sender.domain)}"
        options = [] if (to + sender).isascii() else ["SMTPUTF8"]
        try:
            _, answer = await smtp.sendmail(sender, to, content, mail_options=options)
        except SMTPRecipientsRefused as fault:
            return _of_the_recipient(_understood(fault.recipients[0]))
        except SMTPSenderRefused as fault:
            return Retry(_answer(_understood(fault)), down=fault.code >= 500 or fault.code == _CLOSING)
        except SMTPDataError as fault:
            return Failed(_answer(fault)) if fault.code >= 500 else _later(_understood(fault))
        except SMTPNotSupported:
            return Failed("the mail server takes no addresses beyond ASCII")
        enhanced = _ENHANCED.match(answer)
        return Sent(f"250 {enhanced[1]}" if enhanced else "250")

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[SMTP]:
        """A connection to oneself. It is kept if nothing was raised, and never after a mail that was broken off:
        nobody knows what it would say next."""
        async with self._room:
            smtp = await self._kept() or await self._connected()
            try:
                yield smtp
            except BaseException:
                smtp.close()
                raise
            if smtp.is_connected:
                self._idle.append((smtp, monotonic()))

    async def _kept(self) -> SMTP | None:
        while self._idle:
            smtp, since = self._idle.pop()
            try:
                if smtp.is_connected and monotonic() - since < IDLE_SECONDS:
                    await smtp.rset()
                    return smtp
            except (SMTPException, OSError):
                pass  # it has been closed at their end: nothing was said on it
            except BaseException:
                smtp.close()
                raise
            smtp.close()
        return None

    async def _connected(self) -> SMTP:
        server = self.server
        smtp = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            local_hostname=ascii_domain(self.sender.domain),
            timeout=self.seconds,
            use_tls=server.tls,
            start_tls=False if server.tls else None if server.plain_will_do else True,
            tls_context=self.tls_context,
        )
        try:
            await smtp.connect()
        except BaseException:
            smtp.close()
            raise
        return smtp


def _deliverable(address: str) -> str | None:
    """The address with its domain as in DNS; None for what is none."""
    match = _ADDRESS.fullmatch(address)
    try:
        return f"{match['local']}@{ascii_domain(match['domain'])}" if match else None
    except UnicodeError:
        return None


def _understood(fault: SMTPResponseException) -> SMTPResponseException:
    """A refusal. Raises SMTPServerDisconnected for what is none: the connection is of no more use."""
    if fault.code < 400:
        raise SMTPServerDisconnected("no answer of SMTP") from fault
    return fault


def _of_the_recipient(fault: SMTPResponseException) -> Outcome:
    """5xx is a bounce where it speaks of the address (RFC 3463: X.1.X, and mailboxes that are closed), or gives no
    reason; of us or of anything else it is a mail that was refused."""
    if fault.code < 500:
        return _later(fault)
    enhanced = _ENHANCED.match(fault.message)
    bounced = enhanced is None or enhanced[1].startswith("5.1.") or enhanced[1] == "5.2.1"
    if fault.code in (530, 535):
        return Retry(_answer(fault), down=True)
    return Gone(_answer(fault)) if bounced else Failed(_answer(fault))


def _later(fault: SMTPResponseException) -> Retry:
    return Retry(_answer(fault), down=fault.code == _CLOSING)


def _unreached(fault: Exception) -> Retry:
    """The code where there is one, and never the fault's words: they may hold an address."""
    if isinstance(fault, SMTPResponseException) and fault.code >= 400:
        return Retry(_answer(fault), down=True)
    if isinstance(fault, SMTPTimeoutError):
        return Retry("no answer in time", down=True)
    if isinstance(fault, SMTPServerDisconnected | SMTPResponseException):
        return Retry("the connection broke", down=True)
    if "CERTIFICATE_VERIFY_FAILED" in str(fault):
        return Retry("its certificate is not trusted", down=True)
    return Retry("no connection" if isinstance(fault, OSError) else type(fault).__name__, down=True)


def _answer(fault: SMTPResponseException) -> str:
    enhanced = _ENHANCED.match(fault.message)
    return f"{fault.code} {enhanced[1]}" if enhanced else str(fault.code)


async def _leave(smtp: SMTP) -> None:
    with suppress(SMTPException, OSError):
        await smtp.quit()
    smtp.close()
