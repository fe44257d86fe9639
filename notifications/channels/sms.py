"""Text messages, by a gateway that speaks as Twilio's Messages API does.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import httpx

from notifications.channels.asking import SECONDS, Heard, ask, not_well
from notifications.channels.driver import Failed, Gone, Outcome, Parcel, Retry, Sent
from notifications.channels.fitting import cut

MOST_CHARACTERS: Final = 1_600
"""More than that is refused; a text of up to 160 plain letters, or 70 of any, is one message on the bill."""
_MOST_SECONDS = 36_000
# Codes that speak of the number: it is none, no mobile's, a short code's, or its owner has said stop.
_GONE = frozenset({21211, 21214, 21217, 21265, 21610, 21614, 21635})
# Codes that speak of the account or the sender: every message waits until the settings are right.
_SETTINGS = frozenset({20003, 20005, 21212, 21603, 21606, 21607, 21659, 21660})
_TOO_MANY = 20_429


@dataclass(slots=True)
class Sms:
    """`sender` is a number, a name, or the id of a messaging service (`MG…`)."""

    client: httpx.AsyncClient = field(repr=False)
    url: str
    account: str
    token: str = field(repr=False)
    sender: str
    seconds: float = SECONDS
    at_once: int = 10

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt. The gateway is told the id; one that heeds it sends what comes twice once."""
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "i-twilio-idempotency-token": str(parcel.id),
        }
        form = urlencode(_form(parcel, self.sender), encoding="utf-8", errors="replace").encode()
        heard = await self._ask("POST", "/Messages.json", headers, form)
        return heard if isinstance(heard, Retry) else _outcome(heard, parcel.now)

    async def check(self) -> str | None:
        """Reads the account."""
        heard = await self._ask("GET", ".json", {}, None)
        if isinstance(heard, Retry):
            return f"{self.url} cannot be reached: {heard.answer}"
        if heard.status != 200:
            return f"{self.url} answers {_answer(heard)}"
        status = heard.plain.get("status")
        return None if status == "active" else f"{self.url} says that the account is not active"

    async def _ask(self, method: str, path: str, headers: dict[str, str], form: bytes | None) -> Heard | Retry:
        url = f"{self.url}/2010-04-01/Accounts/{self.account}{path}"
        auth = (self.account, self.token)
        return await ask(self.client, method, url, headers=headers, content=form, auth=auth, seconds=self.seconds)


def _form(parcel: Parcel, sender: str) -> dict[str, str]:
    life = int((parcel.expires_at - parcel.now).total_seconds())
    return {
        "To": parcel.to,
        "MessagingServiceSid" if sender.startswith("MG") and len(sender) == 34 else "From": sender,
        "Body": cut(f"{parcel.title}\n{parcel.body}".strip(), MOST_CHARACTERS),
        "ValidityPeriod": str(min(max(life, 1), _MOST_SECONDS)),
    }


def _outcome(heard: Heard, now: datetime) -> Outcome:
    code, answer = _code(heard), _answer(heard)
    if heard.status in (200, 201):
        sid = heard.plain.get("sid")
        return Sent(f"{heard.status} {sid}" if isinstance(sid, str) and sid.isalnum() else str(heard.status))
    if code in _GONE:
        return Gone(answer)
    if heard.status in (401, 403) or code in _SETTINGS:
        return Retry(answer, heard.wait(now), down=True)
    if code == _TOO_MANY:
        return Retry(answer, heard.wait(now))
    return Failed(answer) if heard.status == 400 else not_well(heard, answer, now)


def _code(heard: Heard) -> int:
    code = heard.plain.get("code")
    return code if isinstance(code, int) else 0


def _answer(heard: Heard) -> str:
    return f"{heard.status} {_code(heard) or ''}".rstrip()
