"""Real servers for all tests: one mongod a run, shared by all workers; one Valkey a worker.

Valkey's logical databases do not separate pub/sub channels, and a whole server starts in some 50 ms.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import redis.asyncio
from hypothesis import HealthCheck, settings
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase

from tests.support.servers import temporary_servers

pytest_plugins = ["tests.support.house", "tests.support.authority"]

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


_spare: list[str] = []
"""Databases of this worker that a test has made and emptied."""
_WORTH_EMPTYING = 5_000
"""Documents; to drop more is quicker."""


@pytest.fixture
async def database(
    mongo_uri: str, request: pytest.FixtureRequest
) -> AsyncIterator[AsyncIOMotorDatabase[dict[str, Any]]]:
    """A database with every migration applied, which no other test has at the same time.

    To make one, with its hundred files, and to drop it takes longer than most tests: what is left of it is
    emptied, and the next test has it. Tests of the room `mongo` have new ones, since they try other indexes.
    """
    from mongo.migrate import migrate

    anew = "mongo" in request.path.parts
    name = _spare.pop() if _spare and not anew else f"test_{secrets.token_hex(8)}"
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_uri, tz_aware=True)
    try:
        await migrate(client[name])
        yield client[name]
        if not anew and await _emptied(client[name]):
            _spare.append(name)
        else:
            await client.drop_database(name)
    finally:
        client.close()


async def _emptied(database: AsyncIOMotorDatabase[dict[str, Any]]) -> bool:
    """Whether nothing is in it any more: False, and nothing done, where there is a lot."""
    from mongo.collections import INDEXES

    names = await database.list_collection_names()
    counts = await asyncio.gather(*(database[name].estimated_document_count() for name in names))
    if sum(counts) > _WORTH_EMPTYING or not INDEXES.keys() >= set(names):
        return False
    await asyncio.gather(*(database[name].delete_many({}) for name in names))
    return True


@pytest.fixture
async def redis_db(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    """A client of this worker's Valkey, with nothing stored in it."""
    async with redis.asyncio.from_url(redis_url) as client:
        await client.flushall()
        yield client
