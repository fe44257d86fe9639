import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cache.client import Cache, connect
from tests.support.own_valkey import OwnValkey


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    """The cache over this worker's Valkey, under a prefix of this test's own."""
    cache = await connect(redis_url, prefix=f"test-{secrets.token_hex(6)}")
    yield cache
    await cache.aclose()


@pytest.fixture
async def other_process(redis_url: str, cache: Cache) -> AsyncIterator[Cache]:
    """What another process would hold: a cache of the same prefix that shares no memory."""
    other = await connect(redis_url, prefix=cache.prefix)
    yield other
    await other.aclose()


@pytest.fixture
async def own_valkey(tmp_path: Path) -> AsyncIterator[OwnValkey]:
    """A running Valkey that this test may kill and freeze."""
    valkey = OwnValkey(tmp_path)
    await valkey.start()
    yield valkey
    valkey.kill()


@pytest.fixture
async def frail(own_valkey: OwnValkey) -> AsyncIterator[Cache]:
    """The cache over `own_valkey`."""
    cache = await connect(own_valkey.url)
    yield cache
    await cache.aclose()


@pytest.fixture
async def frail_other(own_valkey: OwnValkey, frail: Cache) -> AsyncIterator[Cache]:
    """Another process over `own_valkey`."""
    cache = await connect(own_valkey.url)
    yield cache
    await cache.aclose()
