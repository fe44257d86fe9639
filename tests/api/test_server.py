"""The server as it is run: processes of its own, told to stop by a signal."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from api.auth.development_key import development_key
from api.server import run
from tests.api.service import EVENTS, authenticator
from tests.support.eventually import eventually

DATA_DIR = "SERVER_TEST_DATA_DIR"


def factory() -> object:
    """What each worker imports and calls."""
    from api.app import create_app
    from tests.api.schema import Stage, schema

    key = development_key(Path(os.environ[DATA_DIR]), issuer="i", audience="a")
    return create_app(schema=schema, build_context=Stage().build_context, authenticator=authenticator(key))


@asynccontextmanager
async def serving(
    folder: Path, workers: int
) -> AsyncIterator[tuple[httpx.AsyncClient, asyncio.subprocess.Process]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.api.test_server", str(port), str(workers)]
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | {DATA_DIR: str(folder)})
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:

            async def alive() -> bool:
                try:
                    return (await client.get("/healthz")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(alive, timeout=90)
            yield client, process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_signal_ends_it_promptly_though_a_stream_is_open(tmp_path: Path, workers: int) -> None:
    async with serving(tmp_path, workers) as (client, process):
        request = {"query": "subscription { forever }"}
        async with client.stream("POST", "/graphql", json=request, headers={"accept": EVENTS}) as answer:
            lines = answer.aiter_lines()
            async for line in lines:
                if line.startswith("data"):
                    break
            process.send_signal(signal.SIGTERM)
            # The grace period for requests in flight is longer; a stream does not use it up.
            assert await asyncio.wait_for(_rest(lines), 60) == [""]
        await asyncio.wait_for(process.wait(), 60)


async def _rest(lines: AsyncIterator[str]) -> list[str]:
    return [line async for line in lines]


if __name__ == "__main__":
    run("tests.api.test_server:factory", port=int(sys.argv[1]), workers=int(sys.argv[2]), grace_seconds=120)
