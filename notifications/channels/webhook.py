"""Alerts told to a partner's server, signed as the Standard Webhooks specification says."""

import asyncio
import json
import sys
from datetime import timedelta
from importlib.util import find_spec
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from domain.rewards.partner_order import GONE, asked_to_wait
from domain.rewards.webhooks import Door, signed_headers
from domain.time import print_date_time
from notifications.channels.driver import Failed, Outcome, Parcel, Retry, Sent

if TYPE_CHECKING:
    import httpx  # what a caller opens: to import it takes a quarter of a second

NO_CONTENT: Final = 204
EVENT: Final = "notification.created"
AT_ONCE: Final = 20
SECONDS: Final = 15.0
"""From the first byte out to the head of the answer; the specification asks for 15 to 30."""
_JSON: Final = {"content-type": "application/json; charset=utf-8"}
_AWAY: Final = frozenset({502, 503, 504})


class WebhookDriver:
    """Tells one partner. It follows no redirect, and reads no more of an answer than its head."""

    at_once = AT_ONCE

    def __init__(self, door: Door, client: "httpx.AsyncClient", *, seconds: float = SECONDS) -> None:
        """`client` follows no redirects and heeds no proxy of the environment: see `open_client`."""
        self._door = door
        self._client = client
        self._seconds = seconds

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt. Only what is answered between 200 and 299 was heard; 410 means never again."""
        import httpx

        body = json.dumps(payload(parcel), ensure_ascii=False, separators=(",", ":")).encode()
        headers = _JSON | signed_headers(self._door.key, str(parcel.id), parcel.now, body)
        request = self._client.build_request("POST", self._door.url, headers=headers, content=body)
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._client.send(request, stream=True)
                try:
                    # Where nothing follows the head, its end is its body's: the connection serves the next one.
                    if response.headers.get("content-length") == "0" or response.status_code == NO_CONTENT:
                        await response.aread()
                finally:
                    await response.aclose()
        except TimeoutError:
            return Retry("no answer in time", down=True)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            # The kind only: its words may hold the address, and that a secret.
            return Retry(type(fault).__name__, down=True)
        return _outcome(response.status_code, response.headers.get("retry-after"), parcel)

    async def check(self) -> str | None:
        """Whether somebody listens there; nothing is sent."""
        where = urlsplit(self._door.url)
        secure = where.scheme == "https"
        try:
            async with asyncio.timeout(self._seconds):
                port = where.port or (443 if secure else 80)
                _, writer = await asyncio.open_connection(where.hostname, port, ssl=secure or None)
                writer.close()
        except (OSError, ValueError, TimeoutError) as fault:
            return f"the partner's server cannot be reached: {type(fault).__name__}"
        return None


def open_client() -> "httpx.AsyncClient":
    """A client for partners' servers; whoever opens it closes it.

    It has many small pools of connections: one that is large looks at every connection for every request, which
    took half of all the time.
    """
    import httpx

    if find_spec("sniffio") is None:
        # httpcore asks for it at each request, and each time the whole path is searched in vain.
        sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

    class Pools(httpx.AsyncBaseTransport):
        def __init__(self) -> None:
            secure = httpx.create_ssl_context(trust_env=False)
            self._all = [httpx.AsyncHTTPTransport(verify=secure, trust_env=False) for _ in range(AT_ONCE)]
            self._next = cycle(self._all)

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return await next(self._next).handle_async_request(request)

        async def aclose(self) -> None:
            for one in self._all:
                await one.aclose()

    return httpx.AsyncClient(transport=Pools(), timeout=SECONDS, follow_redirects=False, trust_env=False)


def payload(parcel: Parcel) -> dict[str, Any]:
    """What is sent, as plain JSON values."""
    return {
        "type": EVENT,
        "timestamp": print_date_time(parcel.created_at),
        "data": {
            "notificationId": parcel.notification,
            "kind": parcel.kind.value,
            "news": parcel.data.get("news"),
            "member": parcel.member,
            "title": parcel.title,
            "body": parcel.body,
            "data": dict(parcel.data),
        },
    }


def _outcome(status: int, retry_after: str | None, parcel: Parcel) -> Outcome:
    answer = f"HTTP {status}"
    if 200 <= status < 300:
        return Sent(answer)
    if status == GONE:
        return Failed(answer)
    until = asked_to_wait(retry_after, parcel.now)
    after: timedelta | None = until - parcel.now if until else None
    return Retry(answer, after, down=status in _AWAY)
