"""Settings of the channels: of each provider all that it needs, or nothing, and then it is not used."""

import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from domain.alerts.subscription import PUSH_HOSTS
from runtime.reading import Reader, matching

APNS_URL: Final = "https://api.push.apple.com"
FCM_URL: Final = "https://fcm.googleapis.com"
SMS_URL: Final = "https://api.twilio.com"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"smtp": 587, "smtps": 465}
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
_MAILBOX = re.compile(
    r"(?:(?P<name>[^<>@\r\n]*?)\s*<)?(?P<local>[^\s<>@\"(),:;\\\[\]]+)@(?P<domain>[^\s<>@\"(),:;\\\[\]]+?)(?P<end>>?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApnsSettings:
    """Apple: the team's key (.p8), and the app's bundle id as topic."""

    url: str
    key: Path
    key_id: str
    team_id: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FcmSettings:
    """Google: the file of a service account that may send."""

    url: str
    credentials: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPushSettings:
    """Browsers: the key that signs (None: in development one in DATA_DIR is made), whom push services can turn to,
    and which services are sent to."""

    key: Path | None
    subject: str
    hosts: tuple[str, ...] = PUSH_HOSTS


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where mails are handed in, and whom they are from. `tls`: from the first byte; else by STARTTLS."""

    host: str
    port: int
    tls: bool
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    sender: Address

    @property
    def loopback(self) -> bool:
        """Whether the server is this machine, so that nobody listens on the way."""
        return self.host in LOOPBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings:
    """A gateway that speaks as Twilio's Messages API does."""

    url: str
    account: str
    token: str = field(repr=False)
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """All providers; None: not used. `public_url`: where members reach the API, for links in mails. `ca`: a file
    of authorities to believe besides those of the machine."""

    apns: ApnsSettings | None = None
    fcm: FcmSettings | None = None
    web_push: WebPushSettings | None = None
    smtp: SmtpSettings | None = None
    sms: SmsSettings | None = None
    public_url: str | None = None
    ca: Path | None = None


def read_channels(reader: Reader, *, production: bool) -> ChannelSettings:
    """Reads and checks all. Raises SettingsError. Files are looked at when they are used, and by `doctor`."""
    reading = _Reading(reader, production)
    return ChannelSettings(
        apns=reading.apns(),
        fcm=reading.fcm(),
        web_push=reading.web_push(),
        smtp=reading.smtp(),
        sms=reading.sms(),
        public_url=reading.address("PUBLIC_URL") if reader.has("PUBLIC_URL") else None,
        ca=reader.path("CHANNELS_CA"),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    reader: Reader
    production: bool

    def apns(self) -> ApnsSettings | None:
        names = ("APNS_KEY", "APNS_KEY_ID", "APNS_TEAM_ID", "APNS_TOPIC")
        if not self._all_or_none("APNS_URL", *names):
            return None
        ten = "the 10 letters and digits that Apple gives it"
        return ApnsSettings(
            url=self.address("APNS_URL", APNS_URL),
            key=Path(self.reader.text("APNS_KEY", "")),
            key_id=self._text("APNS_KEY_ID", "[A-Za-z0-9]{10}", ten),
            team_id=self._text("APNS_TEAM_ID", "[A-Za-z0-9]{10}", ten),
            topic=self._text("APNS_TOPIC", "[A-Za-z0-9.-]{1,155}", "the app's bundle id"),
        )

    def fcm(self) -> FcmSettings | None:
        if not self._all_or_none("FCM_URL", "FCM_CREDENTIALS"):
            return None
        return FcmSettings(
            url=self.address("FCM_URL", FCM_URL), credentials=Path(self.reader.text("FCM_CREDENTIALS", ""))
        )

    def web_push(self) -> WebPushSettings | None:
        names = ("WEB_PUSH_SUBJECT", "WEB_PUSH_KEY") if self.production else ("WEB_PUSH_SUBJECT",)
        others = ("WEB_PUSH_HOSTS",) if self.production else ("WEB_PUSH_HOSTS", "WEB_PUSH_KEY")
        if not self._all_or_none(*others, required=names):
            return None
        contact = "mailto: and an address, or an https:// address, of whoever answers for what is sent"
        hosts = self.reader.read("WEB_PUSH_HOSTS", _hosts, PUSH_HOSTS, "names such as *.push.example, with commas")
        return WebPushSettings(
            key=self.reader.path("WEB_PUSH_KEY"),
            subject=self._text("WEB_PUSH_SUBJECT", r"mailto:[^\s@]+@[^\s@]+|https://\S+", contact),
            hosts=hosts,
        )

    def smtp(self) -> SmtpSettings | None:
        if not self._all_or_none(required=("SMTP_URL", "EMAIL_FROM")):
            return None
        nobody = Address(username="nobody", domain="localhost")
        sender = self.reader.read("EMAIL_FROM", _mailbox, nobody, "an address, or Name <address>")
        found = self.reader.read("SMTP_URL", _smtp, urlsplit(""), "smtp://user:password@host:port or smtps://…")
        secret = (found.username, found.password)
        user, password = (unquote(part) if part else None for part in secret)
        return SmtpSettings(
            host=found.hostname or "",
            port=found.port or _PORTS[found.scheme],
            tls=found.scheme == "smtps",
            user=user,
            password=password,
            sender=sender,
        )

    def sms(self) -> SmsSettings | None:
        if not self._all_or_none("SMS_URL", "SMS_ACCOUNT", "SMS_TOKEN", "SMS_FROM"):
            return None
        return SmsSettings(
            url=self.address("SMS_URL", SMS_URL),
            account=self._text("SMS_ACCOUNT", "[A-Za-z0-9_-]{1,64}", "the account's id (AC…)"),
            token=self._text("SMS_TOKEN", "[!-~]+", "the account's token"),
            sender=self._text(
                "SMS_FROM",
                r"\+[1-9][0-9]{4,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11}|MG[0-9a-f]{32}",
                "a number such as +15550100, a name of up to 11 letters, or a messaging service (MG…)",
            ),
        )

    def address(self, name: str, default: str = "") -> str:
        """The base of addresses, without a slash at its end."""
        pattern = "https://" if self.production else "https?://"
        expected = "https://…" if self.production else "https://… or http://…"
        text = self._text(name, pattern + r"[^\s/?#@]+(/[^\s?#@]*)?", expected, default)
        return text.rstrip("/")

    def _text(self, name: str, pattern: str, expected: str, default: str = "") -> str:
        return self.reader.read(name, matching(pattern), default, expected)

    def _all_or_none(self, *optional: str, required: tuple[str, ...] = ()) -> bool:
        """Whether a provider is set up. `optional`, but for the required ones, may stay unset."""
        required = required or optional[1:]
        given = [name for name in (*required, *optional) if self.reader.has(name)]
        if given:
            self.reader.require(f"{given[0]} is set", *required)
        return bool(given)


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in text.split(","))
    if not all(_HOST.fullmatch(host) for host in hosts):
        raise ValueError(text)
    return hosts


def _smtp(text: str) -> SplitResult:
    found = urlsplit(text)
    whole = found.scheme in _PORTS and found.hostname and found.path in ("", "/") and not found.query
    if not whole or found.fragment or found.port == 0 or bool(found.username) != bool(found.password):
        raise ValueError(text)
    return found


def _mailbox(text: str) -> Address:
    match = _MAILBOX.fullmatch(text.strip())
    if match is None or (match["name"] is not None) != bool(match["end"]):
        raise ValueError(text)
    match["domain"].encode("idna")  # UnicodeError is a ValueError
    name = (match["name"] or "").strip().strip('"')
    return Address(display_name=name, username=match["local"], domain=match["domain"])
