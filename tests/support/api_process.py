"""Real API and worker processes of a test's own, over stores that others share."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from api.auth.development_key import DevelopmentKey, development_key
from domain.actors import Role
from mongo.checkpoints import Checkpoints
from mongo.client import connect, open_database
from runtime.children import Child
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.settings import DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER
from runtime.workers.lags import FOLLOWERS
from tests.support.eventually import eventually

_MINUTES = timedelta(minutes=10)


@dataclass(frozen=True)
class Stores:
    """Where a process finds its data; processes of one directory accept each other's tokens."""

    directory: Path
    mongodb_uri: str
    database: str
    redis_url: str

    @property
    def key(self) -> DevelopmentKey:
        """The key that signs tokens."""
        return development_key(self.directory, issuer=DEVELOPMENT_ISSUER, audience=DEVELOPMENT_AUDIENCE)

    async def ask(self, port: int, role: Role, subject: str, query: str, **variables: Any) -> dict[str, Any]:
        """The body of the answer at a port; the subject of a member is the member's id."""
        token = self.key.mint(role, subject, ttl=_MINUTES)
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            answer = await client.post(
                f"http://{LOOPBACK}:{port}/graphql",
                json={"query": query, "variables": variables},
                headers={"authorization": f"Bearer {token}"},
            )
        body: dict[str, Any] = answer.json()
        return body

    def variables(self, port: int | None = None) -> dict[str, str]:
        """The settings of a process over them."""
        return {
            "MONGODB_URI": self.mongodb_uri,
            "MONGODB_DATABASE": self.database,
            "REDIS_URL": self.redis_url,
            "DATA_DIR": str(self.directory),
            "PORT": str(port or ""),
            **dict.fromkeys(("HOST", "WORKERS", "JWKS", "JWT_ISSUER", "JWT_AUDIENCE", "ENVIRONMENT"), ""),
        }


class ApiProcess:
    """The process; `port` is where it listens, a free one unless it is given."""

    def __init__(self, stores: Stores, *, port: int | None = None) -> None:
        self.port = port or free_port()
        self._child = Child("api", stores.directory / f"api-{self.port}.log")
        self._child.go(stores.variables(self.port))

    async def ready(self) -> bool:
        """Whether it serves."""
        if self._child.ended:
            raise self._child.failure()
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                answer = await client.get(f"http://{LOOPBACK}:{self.port}/readyz")
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    def kill(self) -> None:
        """Kill -9."""
        os.kill(self._child.pid, signal.SIGKILL)
        self._child.stop()

    def stop(self) -> None:
        """Asks it to end and waits until it has; nothing happens to one that was killed."""
        self._child.stop()


@asynccontextmanager
async def an_api(stores: Stores, *, port: int | None = None) -> AsyncIterator[ApiProcess]:
    """Started and ready, and gone after the block."""
    process = ApiProcess(stores, port=port)
    try:
        await eventually(process.ready, timeout=60)
        yield process
    finally:
        await asyncio.to_thread(process.stop)


@asynccontextmanager
async def a_worker(stores: Stores) -> AsyncIterator[Child]:
    """A worker process whose followers have begun, and gone after the block."""
    worker = Child("worker", stores.directory / "worker.log")
    client = connect(stores.mongodb_uri)
    checkpoints = Checkpoints(open_database(client, stores.database))

    async def begun() -> bool:
        if worker.ended:
            raise worker.failure()
        found = await checkpoints.get_many(list(FOLLOWERS))
        return len(found) == len(FOLLOWERS) and all(one.value for one in found.values())

    try:
        worker.go(stores.variables())
        await eventually(begun, timeout=60)
        yield worker
    finally:
        client.close()
        await asyncio.to_thread(worker.stop)
