"""Where the key set is read from: a file, or an https address that the operator configured."""

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

KeySource = Callable[[], Awaitable[Any]]
"""Answers the decoded key set document; raises OSError or ValueError when it cannot."""

_LARGEST_DOCUMENT: Final = 256 * 1024
_TIMEOUT_SECONDS: Final = 5.0


def key_source(location: str) -> KeySource:
    """The source behind a path or URL. Plain http is refused with ValueError unless it stays on this machine."""
    parts = urlsplit(location)
    if parts.scheme in ("http", "https"):
        if parts.scheme == "http" and not _loopback(parts.hostname or ""):
            raise ValueError("the key set's address must be https: whoever can change it can make tokens")
        return lambda: _from_url(location)
    return lambda: asyncio.to_thread(_from_file, Path(location))


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _from_file(path: Path) -> Any:
    return orjson.loads(path.read_bytes())


async def _from_url(url: str) -> Any:
    import httpx  # only where keys have an address: it takes a quarter of a second of every start

    try:
        return orjson.loads(await _fetch(httpx, url))
    except httpx.HTTPError as fault:
        raise OSError(f"the key set's address does not answer: {type(fault).__name__}") from fault


async def _fetch(httpx: Any, url: str) -> bytes:
    # Redirects are not followed: the configured address is the only one trusted.
    async with (
        httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
        client.stream("GET", url, headers={"accept": "application/jwk-set+json, application/json"}) as response,
    ):
        if response.status_code != 200:
            raise ValueError(f"the key set's address answered {response.status_code}")
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > _LARGEST_DOCUMENT:
                raise ValueError("the key set is too large")
    return bytes(body)
