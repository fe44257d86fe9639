"""A browser's push subscription: what it must be before anything is sent to it, at registering and at sending."""

import json
import re
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

PUSH_HOSTS: Final[tuple[str, ...]] = (
    "fcm.googleapis.com",
    "android.googleapis.com",
    "jmt17.google.com",
    "*.push.apple.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
)
"""The push services of the browsers there are. A name that begins with `*.` stands for all names below it."""

MAX_CHARACTERS: Final = 2_048
# So strict that no two readers can disagree on where it leads: no user, no escapes in the host, https only.
_ENDPOINT = re.compile(
    r"https://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?P<port>:[0-9]{1,5})?/[!-\[\]-~]*"
)
_POINT, _SECRET = 65, 16


class NoSubscription(ValueError):
    """What was given is no push subscription; the message says why, without any of it."""


class StrangeHost(ValueError):
    """It leads to a server that is no push service among those allowed."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser is pushed to, and what its payload is encrypted with (RFC 8291): its public key, an
    uncompressed point of P-256, and its authentication secret."""

    endpoint: str = field(repr=False)
    p256dh: bytes = field(repr=False)
    auth: bytes = field(repr=False)

    @property
    def origin(self) -> str:
        """The push service: what a VAPID token is made for."""
        return self.endpoint[: self.endpoint.index("/", len("https://"))]


@dataclass(frozen=True, slots=True)
class WebPushOffer:
    """What browsers need to subscribe, and which push services are sent to. `key`: the public key for
    `applicationServerKey`; None where no web push is set up."""

    key: str | None = None
    hosts: Sequence[str] = PUSH_HOSTS


def read_subscription(token: str, hosts: Sequence[str]) -> Subscription:
    """A PushSubscription as JSON. Raises NoSubscription, and StrangeHost unless its host is one of `hosts`.

    A host may have a port, `push.example:8443`; without one it stands for 443.
    """
    plain = _plain(token)
    endpoint, keys = plain.get("endpoint"), plain.get("keys")
    match = _ENDPOINT.fullmatch(endpoint) if isinstance(endpoint, str) else None
    if match is None or not isinstance(endpoint, str) or not isinstance(keys, dict):
        raise NoSubscription("a subscription has an https endpoint and keys")
    if not _allowed(match["host"], match["port"] or "", hosts):
        raise StrangeHost("its host is no push service that is allowed")
    p256dh, auth = _bytes(keys.get("p256dh")), _bytes(keys.get("auth"))
    if len(p256dh) != _POINT or p256dh[0] != 4 or len(auth) != _SECRET:
        raise NoSubscription("its keys are an uncompressed point of P-256 and 16 bytes, in base64url")
    return Subscription(endpoint, p256dh, auth)


def endpoint_of(token: str) -> str | None:
    """The one address that a subscription leads to, however it is written; None where it is none. Whether it may
    be called is for `read_subscription` to say."""
    try:
        endpoint = _plain(token).get("endpoint")
    except NoSubscription:
        return None
    match = _ENDPOINT.fullmatch(endpoint) if isinstance(endpoint, str) else None
    if match is None or not isinstance(endpoint, str):
        return None
    path = endpoint[endpoint.index("/", len("https://")) :]
    return f"https://{match['host']}{_port(match['port'])}{path}"


def _plain(token: str) -> dict[str, Any]:
    try:
        plain = json.loads(token) if len(token) <= MAX_CHARACTERS else None
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict):
        raise NoSubscription(f"a subscription is a JSON object of at most {MAX_CHARACTERS} characters")
    return plain


def _allowed(host: str, port: str, hosts: Sequence[str]) -> bool:
    named = host + _port(port)
    return any(named.endswith(known[1:]) if known.startswith("*.") else named == known for known in hosts)


def _port(port: str | None) -> str:
    return "" if port in (None, ":443") else str(port)


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        return b""
    try:
        return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (Error, ValueError):
        return b""
