"""Access tokens of a Google service account (OAuth 2.0, RFC 7523), kept until shortly before they end.

https://developers.google.com/identity/protocols/oauth2/service-account
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from notifications.channels.asking import SECONDS, Heard, ask
from notifications.channels.driver import Retry
from notifications.channels.signing_key import BadKey

SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_HOUR = timedelta(hours=1)
_MARGIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """What Google's file of credentials says of an account."""

    project: str
    email: str
    key_id: str
    key: RSAPrivateKey = field(repr=False)
    token_url: str


def read_service_account(path: Path) -> ServiceAccount:
    """The account in a file of credentials. Raises BadKey, which says what is wrong and never what is in it."""
    try:
        plain = json.loads(path.read_bytes())
    except OSError as fault:
        raise BadKey(f"The credentials {path} cannot be read: {fault.strerror}.") from fault
    except (ValueError, RecursionError) as fault:
        raise BadKey(f"{path} is no JSON.") from fault
    wanted = ("project_id", "client_email", "private_key_id", "private_key", "token_uri")
    missing = [name for name in wanted if not isinstance(plain, dict) or not isinstance(plain.get(name), str)]
    if missing:
        raise BadKey(f"{path} is no service account's key: it lacks {', '.join(missing)}.")
    project, email, key_id, pem, token_url = (plain[name] for name in wanted)
    return ServiceAccount(project, email, key_id, _rsa(path, pem), token_url)


def _rsa(path: Path, pem: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise BadKey(f"The private_key of {path} is no key in PEM.") from fault
    if not isinstance(key, RSAPrivateKey):
        raise BadKey(f"The private_key of {path} is no RSA key.")
    return key


@dataclass(slots=True)
class GoogleToken:
    """The token in force. However many need one at a time, one is asked for."""

    client: httpx.AsyncClient = field(repr=False)
    account: ServiceAccount
    clock: Callable[[], datetime] = field(repr=False)
    seconds: float = SECONDS
    _token: str = field(default="", repr=False)
    _until: datetime | None = field(default=None, repr=False)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def get(self) -> str | Retry:
        """The token; a Retry where none can be had now, whose answer says why."""
        async with self._asking:
            if self._until is None or self.clock() >= self._until:
                return await self._new()
            return self._token

    def forget(self, token: str) -> None:
        """It was refused: the next who asks gets another. One that was already replaced stays."""
        if token == self._token:
            self._until = None

    async def _new(self) -> str | Retry:
        now = self.clock()
        form = urlencode({"grant_type": _GRANT, "assertion": self._assertion(now)}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        heard = await ask(
            self.client, "POST", self.account.token_url, headers=headers, content=form, seconds=self.seconds
        )
        if isinstance(heard, Retry):
            return Retry(f"no access token: {heard.answer}", heard.after, down=True)
        token, seconds = heard.plain.get("access_token"), heard.plain.get("expires_in")
        if heard.status != 200 or not _usable(token):
            return Retry(f"no access token: {heard.status} {_error(heard)}".rstrip(), heard.wait(now), down=True)
        life = timedelta(seconds=min(seconds, 86_400)) if isinstance(seconds, int) else _HOUR
        self._token, self._until = str(token), now + life - _MARGIN
        return self._token

    def _assertion(self, now: datetime) -> str:
        account, begins = self.account, int(now.timestamp())
        claims: dict[str, Any] = {"iss": account.email, "scope": SCOPE, "aud": account.token_url}
        claims |= {"iat": begins, "exp": begins + int(_HOUR.total_seconds())}
        return jwt.encode(claims, account.key, "RS256", headers={"kid": account.key_id})


def _usable(token: object) -> bool:
    return isinstance(token, str) and bool(token) and token.isascii() and token.isprintable()


def _error(heard: Heard) -> str:
    error = heard.plain.get("error")
    return error if isinstance(error, str) and error.isascii() and len(error) <= 40 else ""
