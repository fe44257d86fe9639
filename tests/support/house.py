"""The whole house without its doors: fixtures for tests that need every store, the demo programme and a clock."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import demo
from cache.client import Cache, connect
from domain.actors import SYSTEM
from domain.alerts.subscription import WebPushOffer
from domain.program.program import Program
from mongo.client import Client, Database, open_database
from mongo.client import connect as connect_mongo
from runtime.wiring import House, build_context
from services.context import Context
from services.program.load_program import load_program
from services.program.publish_program import publish_program

WEB_PUSH = WebPushOffer("BPublic")
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
PROGRAMME = Path(demo.__file__).parent / "programme.yaml"


class Clock:
    """A clock that stands until a test moves it: at noon UTC on 15 June 2026 first."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Moves on by a `timedelta` of these parts; answers the new time."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of `context`."""
    return Clock()


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    """The real cache, under a prefix of this test's own."""
    cache = await connect(redis_url, prefix=f"test-{secrets.token_hex(8)}")
    try:
        yield cache
    finally:
        await cache.aclose()


@pytest.fixture
async def mongo_client(mongo_uri: str) -> AsyncIterator[Client]:
    """A client as the process opens it."""
    client = connect_mongo(mongo_uri)
    try:
        yield client
    finally:
        client.close()


@pytest.fixture
async def context(database: Database, mongo_client: Client, cache: Cache, clock: Clock) -> AsyncIterator[Context]:
    """The services' context over real stores, with the demo programme published."""
    context = build_context(open_database(mongo_client, database.name), cache, clock, web_push=WEB_PUSH)
    await publish_program(context, SYSTEM, the_programme())
    try:
        yield context
    finally:
        await context.poster.close()
        await context.signals.aclose()


def the_programme() -> Program:
    """The demo programme as its file has it."""
    program = load_program(PROGRAMME)
    if isinstance(program, list):
        raise AssertionError("\n".join(map(str, program)))
    return program


@pytest.fixture
def house(context: Context, database: Database, cache: Cache) -> House:
    """What a process of ours holds, over the context of this test."""
    return House(database, cache, context)
