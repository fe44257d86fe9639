"""The key set is fetched rarely, however many unknown keys are named."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.auth.bad_token import BadToken
from api.auth.development_key import DevelopmentKey, development_key
from api.auth.key import read_keys
from api.auth.key_set import KeySet
from api.auth.key_source import key_source
from services.faults import Retryable


class Issuer:
    """An issuer whose clock and key set the test holds."""

    def __init__(self, key: DevelopmentKey) -> None:
        self.document: Any = orjson.loads(key.jwks.read_bytes())
        self.now = 0.0
        self.fetched = 0
        self.keys = KeySet(self.fetch, monotonic=lambda: self.now)

    async def fetch(self) -> Any:
        self.fetched += 1
        if self.document is None:
            raise OSError("away")
        return self.document

    async def flood(self, tokens: int) -> None:
        for number in range(tokens):
            with pytest.raises(BadToken):
                await self.keys.find(f"unknown-{number}")


@pytest.fixture
def issuer(key: DevelopmentKey) -> Issuer:
    return Issuer(key)


async def test_a_flood_of_unknown_keys_fetches_once_a_minute(issuer: Issuer, key: DevelopmentKey) -> None:
    await issuer.keys.find(key.id)
    issuer.now = 60.0
    await issuer.flood(100)
    assert issuer.fetched == 2
    issuer.now = 119.9
    await issuer.flood(100)
    assert issuer.fetched == 2
    issuer.now = 120.0
    await issuer.flood(100)
    assert issuer.fetched == 3


async def test_a_concurrent_flood_fetches_once(issuer: Issuer, key: DevelopmentKey) -> None:
    found = await asyncio.gather(*(issuer.keys.find(key.id) for _ in range(50)))
    assert ({one.id for one in found}, issuer.fetched) == ({key.id}, 1)


async def test_a_new_key_is_found_after_a_turnover(issuer: Issuer, key: DevelopmentKey) -> None:
    await issuer.keys.find(key.id)
    issuer.document = {"keys": [issuer.document["keys"][0] | {"kid": "next"}]}
    issuer.now = 61.0
    assert (await issuer.keys.find("next")).id == "next"
    with pytest.raises(BadToken):
        await issuer.keys.find(key.id)


async def test_a_withdrawn_key_goes_at_the_age_of_ten_minutes(issuer: Issuer, key: DevelopmentKey) -> None:
    await issuer.keys.find(key.id)
    issuer.document = {"keys": []}
    issuer.now = 599.0
    await issuer.keys.find(key.id)
    issuer.now = 600.0
    with pytest.raises(BadToken):
        await issuer.keys.find(key.id)


@pytest.mark.parametrize("document", [None, [], {"keys": {}}, "x"])
async def test_known_keys_outlive_an_issuer_that_is_away(
    issuer: Issuer, key: DevelopmentKey, document: Any
) -> None:
    await issuer.keys.find(key.id)
    issuer.document, issuer.now = document, 700.0
    assert (await issuer.keys.find(key.id)).id == key.id


async def test_only_one_waits_for_a_slow_issuer_whose_keys_are_known(issuer: Issuer, key: DevelopmentKey) -> None:
    asked, answered = asyncio.Event(), asyncio.Event()
    answered.set()

    async def fetch() -> Any:
        asked.set()
        await answered.wait()
        return issuer.document

    keys = KeySet(fetch, monotonic=lambda: issuer.now)
    await keys.find(key.id)
    issuer.now = 700.0
    asked.clear()
    answered.clear()
    first = asyncio.create_task(keys.find(key.id))
    await asked.wait()
    assert (await keys.find(key.id)).id == key.id
    assert not first.done()
    answered.set()
    assert (await first).id == key.id


async def test_without_any_keys_no_token_can_be_judged(issuer: Issuer, key: DevelopmentKey) -> None:
    document, issuer.document = issuer.document, None
    for _ in range(3):
        with pytest.raises(Retryable):
            await issuer.keys.find(key.id)
    assert issuer.fetched == 1
    issuer.document, issuer.now = document, 5.0
    assert (await issuer.keys.find(key.id)).id == key.id


async def test_a_private_half_published_by_mistake_is_not_kept(issuer: Issuer, key: DevelopmentKey) -> None:
    issuer.document["keys"][0]["d"] = "AAAA"
    found = await issuer.keys.find(key.id)
    assert not hasattr(found.public, "private_numbers")


def test_symmetric_and_malformed_keys_are_left_out() -> None:
    entries = [{"kty": "oct", "k": "AAAA"}, {"kty": "EC", "crv": "P-256"}, {"kty": ["EC"]}, {}, 5, None]
    assert read_keys({"keys": entries}) == ()


class TestSource:
    @pytest.mark.parametrize(
        "url", ["http://issuer.test/jwks", "http://10.0.0.1/jwks", "http://127.0.0.1.issuer.test/"]
    )
    def test_an_address_that_others_can_change_is_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match="https"):
            key_source(url)

    @pytest.fixture
    async def address(self, key: DevelopmentKey) -> AsyncIterator[str]:
        body = key.jwks.read_bytes()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
            head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"
            if path == b"/moved":
                head, rest = b"HTTP/1.1 302 Found\r\nlocation: /jwks\r\ncontent-length: 0\r\n\r\n", b""
            elif path == b"/endless":
                rest = b" " * 300_000
            else:
                rest = body
            writer.write(head + rest)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def test_an_address_of_this_machine_is_read(self, address: str, key: DevelopmentKey) -> None:
        assert (await KeySet(key_source(f"{address}/jwks")).find(key.id)).id == key.id

    @pytest.mark.parametrize("path", ["moved", "endless"])
    async def test_redirects_and_floods_are_refused(self, address: str, path: str) -> None:
        with pytest.raises(ValueError, match=r"302|large"):
            await key_source(f"{address}/{path}")()


class TestDevelopment:
    def test_the_key_is_kept_and_private(self, tmp_path: Path) -> None:
        folder = tmp_path / "data"
        first = development_key(folder, issuer="i", audience="a")
        second = development_key(folder, issuer="i", audience="a")
        assert first.id == second.id
        [private] = folder.glob("*.pem")
        assert private.stat().st_mode & 0o777 == 0o600
        assert "d" not in orjson.loads(first.jwks.read_bytes())["keys"][0]
        assert sorted(path.name for path in folder.iterdir()) == ["development-jwks.json", "development-key.pem"]
