"""One `regulars run` of a test's own, with its processes."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from runtime.embedded.ports import free_port
from tests.support.command_line import descendants, environment, words_of
from tests.support.eventually import eventually

_MARKS = {
    "api": "runtime.child api",
    "worker": "runtime.child worker",
    "mongod": "/mongod ",
    "valkey": "/valkey-server ",
}


@dataclass
class Run:
    """A whole Regulars on a port and a directory of its own."""

    directory: Path
    process: asyncio.subprocess.Process
    port: int
    tokens: dict[str, str] = field(default_factory=dict)

    async def token(self, role: str) -> str:
        """A token of the development key, asked for once a role."""
        if role not in self.tokens:
            output = await self.command("token", role)
            self.tokens[role] = output.strip().splitlines()[-1]
        return self.tokens[role]

    async def command(self, *words: str) -> str:
        """What `regulars` prints for these words."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "runtime.cli", *words),
            env=environment(DATA_DIR=str(self.directory), PORT=str(self.port)),
            stdout=subprocess.PIPE,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0
        return output.decode()

    async def ask(self, role: str, query: str, **variables: Any) -> Any:
        """The data of an answer without errors; an AssertionError, or httpx's, where there is none."""
        async with httpx.AsyncClient(timeout=60) as client:
            answer = await client.post(
                f"http://127.0.0.1:{self.port}/graphql",
                json={"query": query, "variables": variables},
                headers={"Authorization": f"Bearer {await self.token(role)}"},
            )
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    async def ready(self) -> str:
        """What `/readyz` says; an empty text while nobody answers."""
        try:
            async with httpx.AsyncClient(timeout=60) as client:
                answer = await client.get(f"http://127.0.0.1:{self.port}/readyz")
        except httpx.HTTPError:
            return ""
        return str(answer.json()["status"])

    def pids(self) -> dict[str, int]:
        """The processes of this run alone, by what they are; guards are left out."""
        mine = {pid: words_of(pid) for pid in descendants(self.process.pid)}
        servers = {pid: f"{words} " for pid, words in mine.items() if "guard.py" not in words}
        return {name: pid for pid, words in servers.items() for name, mark in _MARKS.items() if mark in words}


@asynccontextmanager
async def a_run(directory: Path) -> AsyncIterator[Run]:
    """Started and ready; interrupted, and ended, on leaving."""
    port = free_port()
    with (directory / "output").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "runtime.cli", "run"),
            env=environment(DATA_DIR=str(directory), PORT=str(port)),
            stdout=output,
            start_new_session=True,
        )
    run = Run(directory, process, port)
    try:
        await eventually(lambda: "Ready: " in (directory / "output").read_text(), timeout=90)
        yield run
    finally:
        if process.returncode is None:
            process.terminate()
        assert await process.wait() == 0
