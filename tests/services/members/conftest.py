"""What the use cases about members need: a programme in French beyond the date line, and a clock that stands."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cache.client import connect
from domain.actors import SYSTEM
from domain.program.levels import Metric, Tier, Tiers
from domain.program.program import Currency, Program
from mongo.client import Database, open_database
from runtime.wiring import build_context
from services.context import Context

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROGRAM = Program(
    name="Club",
    timezone="Pacific/Auckland",
    money="NZD",
    locale="fr",
    currencies=(Currency("POINTS", "Points"),),
    earning=(),
    tiers=Tiers(Metric.POINTS, (Tier("BASE", "Base", Decimal(0)), Tier("GOLD", "Gold", Decimal(100)))),
)


@pytest.fixture
async def context(database: Database, redis_url: str) -> AsyncIterator[Context]:
    """A context with the programme published, whose clock stands at NOW."""
    cache = await connect(redis_url, prefix=f"test-{secrets.token_hex(8)}")
    try:
        context = build_context(open_database(database.client, database.name), cache, lambda: NOW)
        await context.programs.publish(PROGRAM, now=NOW, actor=SYSTEM)
        yield context
    finally:
        await cache.aclose()
