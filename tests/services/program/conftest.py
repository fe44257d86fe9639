"""A context in which no programme is published yet."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from cache.client import connect
from mongo.client import Database, open_database
from runtime.wiring import build_context
from services.context import Context

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
async def context(database: Database, redis_url: str) -> AsyncIterator[Context]:
    """A context whose clock stands at NOW."""
    cache = await connect(redis_url, prefix=f"test-{secrets.token_hex(8)}")
    try:
        yield build_context(open_database(database.client, database.name), cache, lambda: NOW)
    finally:
        await cache.aclose()
