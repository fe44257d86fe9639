"""A real client of an npm package, in a Node process of its own, which tells what it hears as lines of JSON."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

from runtime.embedded.ports import LOOPBACK
from tests.support.eventually import eventually

FOLDER = Path(__file__).parents[1] / "clients"
OLDEST = 18
"""Of Node's versions."""


def require_node() -> str:
    """Node's path. An AssertionError says what is missing and how to get it: these tests are never left out."""
    node = shutil.which("node")
    assert node, f"Node.js is missing: install nodejs and npm (version {OLDEST} or later), then `make test`."
    assert (FOLDER / "node_modules" / "graphql-ws").is_dir(), (
        "The npm packages are missing: `make test` installs them, or `npm ci` in tests/clients."
    )
    return node


class NodeClient:
    """Within the block it watches the notifications and the balance of the member whose token it has.

    `after`: the last notification that it knows; what came since comes first.
    """

    def __init__(self, script: str, port: int, token: str, *, after: str) -> None:
        self._script = script
        self._variables = {"URL": f"http://{LOOPBACK}:{port}/graphql", "TOKEN": token, "AFTER": after}
        self.told: list[dict[str, Any]] = []

    async def __aenter__(self) -> "NodeClient":
        self._process = await asyncio.create_subprocess_exec(
            require_node(),
            str(FOLDER / self._script),
            env={"PATH": os.environ["PATH"], **self._variables},
            stdout=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            self.told.append(json.loads(line))

    @property
    def ids(self) -> list[str]:
        """The notifications it has heard of, as they came."""
        return [told["id"] for told in self.of("notification")]

    @property
    def available(self) -> int | None:
        """The balance it has heard of last; a lower revision is dropped, as the API asks clients to."""
        known = max(self.of("balance"), key=lambda told: int(told["revision"]), default=None)
        return known["available"] if known else None

    def of(self, what: str) -> list[dict[str, Any]]:
        """All it has told of this."""
        return [told for told in self.told if told["what"] == what]

    def check(self) -> None:
        """An AssertionError when it has given up."""
        assert self._process.returncode is None, "the client has ended"
        assert not [told for told in self.told if told["what"] in ("ended", "completed", "refused")], self.told

    async def connects(self, times: int) -> None:
        """Waits until it has been connected so many times."""

        def connected() -> bool:
            self.check()
            return len(self.of("connected")) >= times

        await eventually(connected)
