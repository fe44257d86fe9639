"""How drivers ask a provider over HTTP: within a time, no redirects, and no more of an answer than is needed."""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from domain.rewards.partner_order import asked_to_wait
from notifications.channels.driver import Failed, Outcome, Retry

SECONDS: Final = 15.0
"""From the beginning of an attempt to its end."""
_SILENCE = 10.0
# One connection carries many requests, and one that is silent for so long is given up with all of them: whoever
# waited would otherwise wait for it again and again.
_MOST_BYTES = 16_384
_IDLE_SECONDS = 300.0
_ROOM = 16
TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class Heard:
    """What was answered, and of its body what was needed."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def plain(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one for anything else."""
        try:
            plain = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return plain if isinstance(plain, dict) else {}

    def wait(self, now: datetime) -> timedelta | None:
        """How long they ask to be left alone, at most a day."""
        until = asked_to_wait(self.headers.get("retry-after"), now)
        return until - now if until else None


def trusting(ca: Path | None) -> ssl.SSLContext:
    """Whom to believe: the authorities of the web and of this machine, and those of a file. Raises OSError (of
    which SSLError is one) when the file cannot be used."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    if ca:
        context.load_verify_locations(ca)
    return context


def new_client(ca: Path | None, *, seconds: float = SECONDS, http2: bool = True) -> httpx.AsyncClient:
    """A client of one provider's own, so that one that hangs holds up no other. It heeds no proxy of the
    environment, and keeps its connections for some minutes."""
    return httpx.AsyncClient(
        http2=http2,
        verify=trusting(ca),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(seconds, read=min(_SILENCE, seconds)),
        limits=httpx.Limits(max_connections=_ROOM, keepalive_expiry=_IDLE_SECONDS),
        headers={"accept-encoding": "identity", "user-agent": "regulars"},
    )


async def ask(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    auth: tuple[str, str] | None = None,
    seconds: float = SECONDS,
) -> Heard | Retry:
    """One request. What cannot be reached, breaks off or is no HTTP is a Retry of one who is down."""
    try:
        async with (
            asyncio.timeout(seconds),
            client.stream(
                method, url, headers=dict(headers or {}), content=content, auth=auth or httpx.USE_CLIENT_DEFAULT
            ) as response,
        ):
            return Heard(response.status_code, response.headers, await _beginning(response))
    except (TimeoutError, httpx.TimeoutException):
        return Retry("no answer in time", down=True)
    except httpx.ConnectError as fault:
        untrusted = "CERTIFICATE_VERIFY_FAILED" in str(fault)
        return Retry("its certificate is not trusted" if untrusted else "no connection", down=True)
    except Exception:  # whatever their bytes do to the libraries between them and here
        # Without the fault's words: they may hold the address, and that a token.
        return Retry("the connection broke", down=True)


async def _beginning(response: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_raw():
        parts.append(part)
        size += len(part)
        if size >= _MOST_BYTES:
            break
    return b"".join(parts)[:_MOST_BYTES]


def not_well(heard: Heard, answer: str, now: datetime) -> Outcome:
    """What becomes of an answer that means nothing special: too many, or theirs to mend, is for later; what they
    refuse is refused for ever; and what is no answer of theirs at all, such as a redirect, is nobody there."""
    if heard.status == TOO_MANY:
        return Retry(answer, heard.wait(now))
    if 400 <= heard.status < 500 and heard.status != 408:
        return Failed(answer)
    return Retry(answer, heard.wait(now), down=True)
