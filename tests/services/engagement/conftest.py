"""What the use cases of engagement need: a programme that has it all, and another process."""

from collections.abc import AsyncIterator

import pytest

from cache.client import Cache
from domain.actors import SYSTEM
from domain.program.program import Program
from mongo.client import Client, Database, open_database
from runtime.wiring import build_context
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.engaged import engaging
from tests.support.house import Clock


@pytest.fixture(autouse=True)
async def program(context: Context) -> Program:
    """The programme in force."""
    return await publish_program(context, SYSTEM, engaging())


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
