"""Real servers for all tests: one mongod a run, shared by all workers; one Valkey a worker.

Valkey's logical databases do not separate pub/sub channels, and a whole server starts in some 50 ms.
"""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import redis.asyncio
from hypothesis import HealthCheck, settings
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase

from tests.support.servers import temporary_servers

pytest_plugins = ["tests.support.house"]

# How long an example takes, to make or to check, says how busy the machine is.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

_stack = pytest.StashKey[ExitStack]()
_uri = pytest.StashKey[str]()


def _mongod_of_the_run(config: pytest.Config) -> str:
    """The address of the one mongod of this process, started when first asked for."""
    if _uri not in config.stash:
        stack = config.stash.setdefault(_stack, ExitStack())
        config.stash[_uri] = stack.enter_context(temporary_servers(mongodb=True)).mongodb_uri
    return config.stash[_uri]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist, before it starts, where the mongod of its controller is."""
    node.workerinput["mongo_uri"] = _mongod_of_the_run(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this process started, whatever became of the tests."""
    if _stack in config.stash:
        config.stash[_stack].close()


@pytest.fixture(scope="session")
def mongo_uri(pytestconfig: pytest.Config) -> str:
    """A replica set of one real mongod."""
    workerinput: dict[str, str] | None = getattr(pytestconfig, "workerinput", None)
    return workerinput["mongo_uri"] if workerinput else _mongod_of_the_run(pytestconfig)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Valkey, this worker's own."""
    with temporary_servers(redis=True) as servers:
        yield servers.redis_url


@pytest.fixture
async def empty_database(mongo_uri: str) -> AsyncIterator[AsyncIOMotorDatabase[dict[str, Any]]]:
    """A database of this test's own with nothing in it, dropped after it."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_uri, tz_aware=True)
    database = client[f"test_{secrets.token_hex(8)}"]
    try:
        yield database
        await client.drop_database(database.name)
    finally:
        client.close()


@pytest.fixture
async def database(
    empty_database: AsyncIOMotorDatabase[dict[str, Any]],
) -> AsyncIOMotorDatabase[dict[str, Any]]:
    """A database of this test's own with every migration applied, dropped after it."""
    from mongo.migrate import migrate

    await migrate(empty_database)
    return empty_database


@pytest.fixture
async def redis_db(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    """A client of this worker's Valkey, with nothing stored in it."""
    async with redis.asyncio.from_url(redis_url) as client:
        await client.flushall()
        yield client
