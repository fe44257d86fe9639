"""Web Push: RFC 8030, encrypted by RFC 8188 and 8291, signed by RFC 8292 (VAPID)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import http_ece
import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from domain.alerts.subscription import NoSubscription, StrangeHost, Subscription, read_subscription
from notifications.channels.asking import SECONDS, Heard, ask, not_well
from notifications.channels.driver import Failed, Gone, Outcome, Parcel, Retry, Sent
from notifications.channels.fitting import fitted
from notifications.channels.signing_key import SigningKey

MOST_BYTES: Final = 3_993
"""A push service takes 4,096 bytes: these, a header of 86, a border and a seal of 16."""
LIFE: Final = timedelta(hours=12)
"""Of a token; a day is the most."""
_MOST_SECONDS = 28 * 86_400
_MOST_TOKENS = 64
_GONE = (404, 410)


@dataclass(slots=True)
class WebPush:
    """One driver for the push services of all browsers, each known by the origin of a subscription. One of them
    being away says nothing of the others, so that none is ever called down.

    Nothing is sent but to `hosts`, whatever stands in a subscription.
    """

    client: httpx.AsyncClient = field(repr=False)
    key: SigningKey
    subject: str
    hosts: Sequence[str]
    clock: Callable[[], datetime] = field(repr=False)
    seconds: float = SECONDS
    at_once: int = 20
    _tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict, repr=False)

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt. What is no subscription is Gone; one that leads elsewhere is Failed, and nobody asked."""
        try:
            subscription = read_subscription(parcel.to, self.hosts)
            content = _encrypted(fitted(_build(parcel), parcel, MOST_BYTES), subscription)
        except StrangeHost:
            return Failed("its push service is none of WEB_PUSH_HOSTS")
        except NoSubscription:
            return Gone("no subscription")
        headers = {**_headers(parcel), "authorization": self._authorization(subscription.origin)}
        heard = await ask(
            self.client, "POST", subscription.endpoint, headers=headers, content=content, seconds=self.seconds
        )
        return Retry(heard.answer) if isinstance(heard, Retry) else _outcome(heard, parcel.now)

    async def check(self) -> str | None:
        """Whether a token can be signed. There is nobody to ask: the addresses are the browsers' own."""
        self._authorization("https://push.invalid")
        return None

    def _authorization(self, origin: str) -> str:
        now = self.clock()
        token, until = self._tokens.get(origin, ("", now))
        if until - now <= LIFE / 2:
            token, until = self._new_token(origin, now), now + LIFE
            if len(self._tokens) >= _MOST_TOKENS:
                self._tokens.clear()
            self._tokens[origin] = token, until
        return f"vapid t={token}, k={self.key.public}"

    def _new_token(self, origin: str, now: datetime) -> str:
        claims = {"aud": origin, "exp": int((now + LIFE).timestamp()), "sub": self.subject}
        return jwt.encode(claims, self.key.private, "ES256")


def _headers(parcel: Parcel) -> dict[str, str]:
    life = int((parcel.expires_at - parcel.now).total_seconds())
    return {
        "content-type": "application/octet-stream",
        "content-encoding": "aes128gcm",
        "ttl": str(min(max(life, 0), _MOST_SECONDS)),
        "urgency": "high" if parcel.urgent else "normal",
        # One that comes twice while the browser is away replaces itself.
        "topic": parcel.id.hex,
    }


def _build(parcel: Parcel) -> Callable[[str, str, Mapping[str, Any]], bytes]:
    def build(title: str, body: str, data: Mapping[str, Any]) -> bytes:
        told = {
            "id": str(parcel.id),
            "notificationId": parcel.notification,
            "kind": parcel.kind.value,
            "seq": parcel.seq,
            "title": title,
            "body": body,
            "locale": parcel.locale,
            "data": dict(data),
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    return build


def _encrypted(content: bytes, subscription: Subscription) -> bytes:
    """Raises NoSubscription where its key is no point of the curve."""
    try:
        encrypted: bytes = http_ece.encrypt(
            content,
            private_key=generate_private_key(SECP256R1()),
            dh=subscription.p256dh,
            auth_secret=subscription.auth,
            version="aes128gcm",
        )
    except ValueError as fault:
        raise NoSubscription("its key is no point of P-256") from fault
    return encrypted


def _outcome(heard: Heard, now: datetime) -> Outcome:
    answer = str(heard.status)
    if 200 <= heard.status < 300:
        return Sent(answer)
    if heard.status in _GONE:
        return Gone(answer)
    outcome = not_well(heard, answer, now)
    return Retry(outcome.answer, outcome.after) if isinstance(outcome, Retry) else outcome
