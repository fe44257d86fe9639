"""Whether the process lives, and whether it can serve."""

import asyncio
from dataclasses import replace

from api.auth.development_key import DevelopmentKey
from api.health import Check
from api.options import Options
from tests.api.service import running


async def well() -> None:
    """A probe that passes."""


async def away() -> None:
    raise ConnectionError("mongod at 10.0.0.7")


async def stuck() -> None:
    await asyncio.Event().wait()


async def readiness(key: DevelopmentKey, *checks: Check) -> tuple[int, object]:
    async with running(key, replace(Options(), readiness_timeout=0.05), checks) as service:
        assert (await service.client.get("/healthz")).json() == {"status": "alive"}
        answer = await service.client.get("/readyz")
        return answer.status_code, answer.json()


async def test_ready_when_all_is_well(key: DevelopmentKey) -> None:
    checks = Check("mongodb", well), Check("redis", well, essential=False)
    told = {"status": "ready", "checks": {"mongodb": "ok", "redis": "ok"}}
    assert await readiness(key, *checks) == (200, told)


async def test_degraded_but_ready_without_what_is_not_essential(key: DevelopmentKey) -> None:
    checks = Check("mongodb", well), Check("redis", away, essential=False)
    told = {"status": "degraded", "checks": {"mongodb": "ok", "redis": "unreachable"}}
    assert await readiness(key, *checks) == (200, told)


async def test_unready_without_what_is_and_a_stuck_probe_counts_as_unreachable(key: DevelopmentKey) -> None:
    checks = Check("mongodb", stuck), Check("programme", away), Check("redis", well, essential=False)
    told = {
        "status": "unready",
        "checks": {"mongodb": "unreachable", "programme": "unreachable", "redis": "ok"},
    }
    assert await readiness(key, *checks) == (503, told)
