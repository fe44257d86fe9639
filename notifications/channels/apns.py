"""Apple's push service: HTTP/2, and a provider token signed with the team's key.

https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import jwt

from notifications.channels.asking import SECONDS, TOO_MANY, Heard, ask, not_well
from notifications.channels.driver import Failed, Gone, Outcome, Parcel, Retry, Sent
from notifications.channels.fitting import fitted
from notifications.channels.signing_key import SigningKey

MOST_BYTES: Final = 4_096
KEPT: Final = timedelta(minutes=50)
"""A provider token is good for an hour, and may be made anew no more often than each 20 minutes."""

_GONE = frozenset({"BadDeviceToken", "Unregistered", "ExpiredToken"})
_STALE = "ExpiredProviderToken"
_SETTINGS = frozenset({"BadTopic", "MissingTopic", "TopicDisallowed", "TooManyProviderTokenUpdates"})
# Not the message's fault nor the device's: it waits until the settings are right, as do all others.
_NOBODY = "0" * 64


@dataclass(slots=True)
class Apns:
    """`topic` is the app's bundle id. The device shows a message that comes twice once: it collapses by its id."""

    client: httpx.AsyncClient = field(repr=False)
    url: str
    key: SigningKey
    key_id: str
    team_id: str
    topic: str
    clock: Callable[[], datetime] = field(repr=False)
    seconds: float = SECONDS
    at_once: int = 50
    _token: str = field(default="", repr=False)
    _made_at: datetime | None = field(default=None, repr=False)

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt; two, where the provider token turns out to be stale."""
        heard = await self._post(parcel.to, _headers(parcel), fitted(_build(parcel), parcel, MOST_BYTES))
        return heard if isinstance(heard, Retry) else _outcome(heard, parcel.now)

    async def check(self) -> str | None:
        """Asks to push to a device that cannot be: it is told apart from a key or topic that is refused."""
        heard = await self._post(_NOBODY, {}, b'{"aps":{}}')
        if isinstance(heard, Retry):
            return f"{self.url} cannot be reached: {heard.answer}"
        reason = _reason(heard)
        known = heard.status == 200 or reason in _GONE or reason == "DeviceTokenNotForTopic"
        return None if known else f"{self.url} answers {_answer(heard)}"

    async def _post(self, device: str, headers: Mapping[str, str], content: bytes) -> Heard | Retry:
        if not device.isalnum() or not device.isascii():
            return Heard(400, httpx.Headers(), b'{"reason":"BadDeviceToken"}')
        token = self._provider_token()
        heard = await self._ask(token, device, headers, content)
        if isinstance(heard, Heard) and _reason(heard) == _STALE:
            if token == self._token:  # else another has made a new one meanwhile
                self._made_at = None
            heard = await self._ask(self._provider_token(), device, headers, content)
        return heard

    async def _ask(self, token: str, device: str, headers: Mapping[str, str], content: bytes) -> Heard | Retry:
        own = {"authorization": f"bearer {token}", "apns-topic": self.topic, "apns-push-type": "alert"}
        url = f"{self.url}/3/device/{device}"
        return await ask(
            self.client, "POST", url, headers={**own, **headers}, content=content, seconds=self.seconds
        )

    def _provider_token(self) -> str:
        now = self.clock()
        if self._made_at is None or not timedelta(0) <= now - self._made_at < KEPT:
            claims = {"iss": self.team_id, "iat": int(now.timestamp())}
            self._token = jwt.encode(claims, self.key.private, "ES256", headers={"kid": self.key_id, "typ": None})
            self._made_at = now
        return self._token


def _headers(parcel: Parcel) -> dict[str, str]:
    return {
        "apns-id": str(parcel.id),
        "apns-collapse-id": str(parcel.id),
        "apns-expiration": str(int(parcel.expires_at.timestamp())),
        "apns-priority": "10",
    }


def _build(parcel: Parcel) -> Callable[[str, str, Mapping[str, Any]], bytes]:
    def build(title: str, body: str, data: Mapping[str, Any]) -> bytes:
        aps = {"alert": {"title": title, "body": body}, "thread-id": parcel.kind.value, "sound": "default"}
        told = {
            "aps": aps,
            "id": str(parcel.id),
            "notificationId": parcel.notification,
            "kind": parcel.kind.value,
            "seq": parcel.seq,
            "data": dict(data),
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    return build


def _outcome(heard: Heard, now: datetime) -> Outcome:
    reason, answer = _reason(heard), _answer(heard)
    if heard.status == 200:
        return Sent(answer)
    if heard.status == 410 or reason in _GONE:
        return Gone(answer)
    if heard.status == 403 or reason in _SETTINGS:
        return Retry(answer, heard.wait(now), down=True)
    if heard.status == TOO_MANY:
        return Retry(answer, heard.wait(now))
    return Failed(answer) if heard.status == 413 else not_well(heard, answer, now)


def _reason(heard: Heard) -> str:
    reason = heard.plain.get("reason")
    # One of Apple's words, and nothing longer that somebody between us put there.
    return reason if isinstance(reason, str) and reason.isalnum() and len(reason) <= 40 else ""


def _answer(heard: Heard) -> str:
    return f"{heard.status} {_reason(heard)}".rstrip()
