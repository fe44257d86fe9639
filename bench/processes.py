"""API and worker processes of a bench, as `regulars serve` and `regulars worker` are, over servers of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from api.auth.development_key import development_key
from domain.actors import Role
from mongo.checkpoints import Checkpoints
from mongo.client import Database
from runtime.children import Child
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.embedded.servers import EmbeddedServers
from runtime.settings import DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER
from runtime.workers.lags import FOLLOWERS

_OF_NOBODY_ELSE = ("HOST", "WORKERS", "JWKS", "JWT_ISSUER", "JWT_AUDIENCE", "ENVIRONMENT")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a database's processes find everything; their logs and keys are in `home`."""

    servers: EmbeddedServers
    database: Database
    home: Path

    def variables(self, port: int | str = "") -> dict[str, str]:
        """The settings of a process."""
        return {
            "MONGODB_URI": self.servers.mongodb_uri,
            "MONGODB_DATABASE": self.database.name,
            "REDIS_URL": self.servers.redis_url,
            "DATA_DIR": str(self.home),
            "PORT": str(port),
            **dict.fromkeys(_OF_NOBODY_ELSE, ""),
        }

    def token(self, member: str) -> str:
        """What a member signs in with for the next hours."""
        key = development_key(self.home, issuer=DEVELOPMENT_ISSUER, audience=DEVELOPMENT_AUDIENCE)
        return key.mint(Role.MEMBER, member, ttl=timedelta(hours=2))


@dataclass(frozen=True, slots=True)
class Api:
    """An API process that serves."""

    port: int
    pid: int


@asynccontextmanager
async def an_api(site: Site) -> AsyncIterator[Api]:
    """Started and ready, and gone after the block."""
    port, child = free_port(), Child("api", site.home / "api.log")
    child.go(site.variables(port))

    async def is_ready() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=120) as client:
                return (await client.get(f"http://{LOOPBACK}:{port}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        await _until(is_ready, child)
        yield Api(port, child.pid)
    finally:
        await asyncio.to_thread(child.stop)


@asynccontextmanager
async def a_worker(site: Site) -> AsyncIterator[int]:
    """The process id of a worker whose followers follow, and gone after the block."""
    child, checkpoints = Child("worker", site.home / "worker.log"), Checkpoints(site.database)
    child.go(site.variables())

    async def follows() -> bool:
        found = await checkpoints.get_many(list(FOLLOWERS))
        return len(found) == len(FOLLOWERS) and all(one.value for one in found.values())

    try:
        await _until(follows, child)
        yield child.pid
    finally:
        await asyncio.to_thread(child.stop)


async def _until(check: Callable[[], Awaitable[bool]], child: Child) -> None:
    for _ in range(900):
        if child.ended:
            raise child.failure()
        if await check():
            return
        await asyncio.sleep(0.2)
    raise RuntimeError(f"the {child.role} did not come up: see {child.log}")
