"""A context in which no programme is published yet, and one with the demo's in force."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from cache.client import Cache, connect
from domain.actors import SYSTEM
from mongo.client import Client, Database, open_database
from runtime.wiring import build_context
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.house import Clock, the_programme

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
async def context(database: Database, redis_url: str) -> AsyncIterator[Context]:
    """A context whose clock stands at NOW."""
    cache = await connect(redis_url, prefix=f"test-{secrets.token_hex(8)}")
    try:
        yield build_context(open_database(database.client, database.name), cache, lambda: NOW)
    finally:
        await cache.aclose()


@pytest.fixture
async def shop(database: Database, mongo_client: Client, cache: Cache, clock: Clock) -> AsyncIterator[Context]:
    """A context with the demo programme in force, whose clock can be moved."""
    context = build_context(open_database(mongo_client, database.name), cache, clock)
    await publish_program(context, SYSTEM, the_programme())
    try:
        yield context
    finally:
        await context.poster.close()
        await context.signals.aclose()
