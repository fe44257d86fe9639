from collections.abc import AsyncIterator

import pytest

from cache.client import Cache
from mongo.client import Client, Database, open_database
from runtime.wiring import build_context
from services.context import Context
from tests.support.house import Clock


@pytest.fixture
async def other(
    database: Database, mongo_client: Client, cache: Cache, clock: Clock, context: Context
) -> AsyncIterator[Context]:
    """Another process over the stores of `context`."""
    other = build_context(open_database(mongo_client, database.name), cache, clock)
    try:
        yield other
    finally:
        await other.poster.close()
        await other.signals.aclose()
