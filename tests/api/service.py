"""The API under test on a loopback port of its own, in a real server."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import uvicorn

from api.app import create_app
from api.auth.authenticator import Authenticator
from api.auth.development_key import DevelopmentKey
from api.auth.key_set import KeySet
from api.auth.key_source import key_source
from api.health import Check
from api.options import Options
from api.server import server_config
from domain.actors import Role
from tests.api.schema import Stage, schema
from tests.support.eventually import eventually

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"


@dataclass(frozen=True)
class Service:
    url: str
    stage: Stage
    client: httpx.AsyncClient
    key: DevelopmentKey
    server: uvicorn.Server

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws") + "/graphql"

    def token(self, role: Role = Role.MEMBER, subject: str = "m1", ttl: float = 60) -> str:
        return self.key.mint(role, subject, ttl=timedelta(seconds=ttl))

    async def ask(self, query: str, accept: str = GRAPHQL, **more: Any) -> httpx.Response:
        headers = {"accept": accept} | more.pop("headers", {})
        return await self.client.post("/graphql", json={"query": query, **more}, headers=headers)

    async def post(self, body: bytes, accept: str = GRAPHQL, content_type: str = JSON) -> httpx.Response:
        headers = {"accept": accept, "content-type": content_type}
        return await self.client.post("/graphql", content=body, headers=headers)


def authenticator(key: DevelopmentKey) -> Authenticator:
    return Authenticator(KeySet(key_source(str(key.jwks))), key.issuer, key.audience)


@asynccontextmanager
async def running(
    key: DevelopmentKey, options: Options | None = None, checks: Sequence[Check] = ()
) -> AsyncIterator[Service]:
    stage = Stage()
    app = create_app(
        schema=schema,
        build_context=stage.build_context,
        authenticator=authenticator(key),
        options=options or Options(),
        checks=checks,
    )
    # Named as TCP, or asyncio leaves Nagle's delay on and each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    # Longer than any test waits: what holds a stop up until it is over is found out.
    server = uvicorn.Server(server_config(app, grace_seconds=120))
    # Not `serve()`: that takes over the signals of the process, which are pytest's.
    task = asyncio.create_task(server._serve([listener]))
    try:
        await eventually(lambda: server.started)
        async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as client:
            yield Service(url, stage, client, key, server)
    finally:
        server.should_exit = True
        await task
        listener.close()
