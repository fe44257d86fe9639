"""Google's push service, by its HTTP v1 API.

https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import httpx

from notifications.channels.asking import SECONDS, TOO_MANY, Heard, ask, not_well
from notifications.channels.driver import Failed, Gone, Outcome, Parcel, Retry, Sent
from notifications.channels.fitting import fitted
from notifications.channels.google_token import GoogleToken

MOST_BYTES: Final = 4_000
"""Of 4,096 for notification and data together: the frame around them is counted here, too."""
MOST_SECONDS: Final = 28 * 86_400
_NOBODY = "nobody"


@dataclass(slots=True)
class Fcm:
    """A message that comes twice replaces itself on the device by its tag, which is its id."""

    client: httpx.AsyncClient = field(repr=False)
    url: str
    token: GoogleToken
    seconds: float = SECONDS
    at_once: int = 50

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt; two, where the access token turns out to be good no longer."""
        heard = await self._post(fitted(_build(parcel), parcel, MOST_BYTES + len(parcel.to.encode())))
        return heard if isinstance(heard, Retry) else _outcome(heard, parcel.now)

    async def check(self) -> str | None:
        """Gets an access token, and has a message to no device checked, which sends nothing."""
        nothing = {"validate_only": True, "message": {"token": _NOBODY, "data": {"id": "check"}}}
        heard = await self._post(json.dumps(nothing).encode())
        if isinstance(heard, Retry):
            return f"{self.url} cannot be used: {heard.answer}"
        known = heard.status == 200 or _code(heard) in ("INVALID_ARGUMENT", "UNREGISTERED")
        return None if known else f"{self.url} answers {_answer(heard)}"

    async def _post(self, content: bytes) -> Heard | Retry:
        heard: Heard | Retry = Retry("")
        for _ in range(2):
            token = await self.token.get()
            if isinstance(token, Retry):
                return token
            heard = await self._ask(token, content)
            if isinstance(heard, Retry) or heard.status != 401:
                break
            self.token.forget(token)
        return heard

    async def _ask(self, token: str, content: bytes) -> Heard | Retry:
        url = f"{self.url}/v1/projects/{self.token.account.project}/messages:send"
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        return await ask(self.client, "POST", url, headers=headers, content=content, seconds=self.seconds)


def _build(parcel: Parcel) -> Callable[[str, str, Mapping[str, Any]], bytes]:
    life = int((parcel.expires_at - parcel.now).total_seconds())

    def build(title: str, body: str, data: Mapping[str, Any]) -> bytes:
        # All values of data are texts: what is more is JSON in one of them.
        told = {
            "id": str(parcel.id),
            "notificationId": parcel.notification,
            "kind": parcel.kind.value,
            "seq": str(parcel.seq),
            "data": json.dumps(dict(data), ensure_ascii=False, separators=(",", ":")),
        }
        android = {
            "priority": "HIGH",
            "ttl": f"{min(max(life, 0), MOST_SECONDS)}s",
            # A device that is off gets the newest of each kind when it is on again: of an app's own all would
            # collapse into one.
            "collapse_key": parcel.kind.value,
            "notification": {"tag": str(parcel.id)},
        }
        message = {
            "token": parcel.to,
            "notification": {"title": title, "body": body},
            "data": told,
            "android": android,
        }
        plain = {"message": message}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    return build


def _outcome(heard: Heard, now: datetime) -> Outcome:
    code, answer = _code(heard), _answer(heard)
    if heard.status == 200:
        return Sent(answer)
    if code == "UNREGISTERED" or (heard.status == 404 and code == "NOT_FOUND") or _of_the_token(heard, code):
        return Gone(answer)
    if heard.status in (401, 403) and code != "SENDER_ID_MISMATCH":
        return Retry(answer, heard.wait(now), down=True)  # credentials: every message waits until they are right
    if heard.status == TOO_MANY or code == "QUOTA_EXCEEDED":
        return Retry(answer, heard.wait(now))
    return Failed(answer) if heard.status == 404 and not code else not_well(heard, answer, now)


def _of_the_token(heard: Heard, code: str) -> bool:
    """Whether it is the device's token that is invalid, and nothing else of the message."""
    if code != "INVALID_ARGUMENT":
        return False
    fields = [
        violation.get("field") for detail in _details(heard) for violation in _dicts(detail.get("fieldViolations"))
    ]
    message = _error(heard).get("message")
    return "message.token" in fields or (
        not fields and isinstance(message, str) and "registration token" in message
    )


def _code(heard: Heard) -> str:
    """FCM's own code where there is one, else the API's."""
    own = [detail["errorCode"] for detail in _details(heard) if isinstance(detail.get("errorCode"), str)]
    found = own[0] if own else _error(heard).get("status")
    return found if isinstance(found, str) and found.replace("_", "").isalnum() and len(found) <= 40 else ""


def _details(heard: Heard) -> list[dict[str, Any]]:
    return _dicts(_error(heard).get("details"))


def _error(heard: Heard) -> dict[str, Any]:
    error = heard.plain.get("error")
    return error if isinstance(error, dict) else {}


def _dicts(found: object) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _answer(heard: Heard) -> str:
    return f"{heard.status} {_code(heard)}".rstrip()
