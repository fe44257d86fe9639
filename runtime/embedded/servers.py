"""Both embedded servers as one thing to enter and leave."""

import fcntl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from runtime.embedded.mongod import Mongod
from runtime.embedded.process import EmbeddedServerError
from runtime.embedded.running import Addresses, announce, withdraw
from runtime.embedded.valkey import Valkey

_POLL_SECONDS = 0.05


class EmbeddedServers:
    """`with EmbeddedServers(directory) as servers:` both run inside the block; leaving it waits for their end.

    `directory` belongs to one such block at a time; its data is kept for the next. Leave a side out to use a
    server of your own. Both end, too, when the process that entered the block dies in any way.
    """

    def __init__(self, directory: Path, *, mongodb: bool = True, redis: bool = True, patience: float = 10) -> None:
        """Say where and which; entering starts them.

        `patience` is how many seconds to wait for the servers of a killed process that are still stopping.
        """
        self._directory = directory
        self._wanted = mongodb, redis
        self._patience = patience
        self._stack = ExitStack()
        self.mongod: Mongod | None = None
        self.valkey: Valkey | None = None

    def __enter__(self) -> Self:
        """Start; raises EmbeddedServerError, with nothing left running, if one of them cannot."""
        mongodb, redis = self._wanted
        with ExitStack() as stack:
            lock = _lock(self._directory, self._patience, stack)
            # Beside each other: each spends its start waiting.
            with ThreadPoolExecutor(1) as beside:
                valkey = beside.submit(Valkey, self._directory, inherited=[lock]) if redis else None
                try:
                    if mongodb:
                        self.mongod = Mongod(self._directory, inherited=[lock])
                        stack.callback(self.mongod.stop)
                finally:
                    if valkey:
                        self.valkey = valkey.result()
                        stack.callback(self.valkey.stop)
            stack.callback(withdraw, self._directory)
            announce(self._directory, self._addresses())
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def revive(self) -> list[str]:
        """Starts what has died again, at its address and over its data; the names of what had.

        Raises EmbeddedServerError when it cannot.
        """
        servers = {"MongoDB": self.mongod, "Valkey": self.valkey}
        dead = {name: server for name, server in servers.items() if server and not server.running}
        for server in dead.values():
            server.restart()
        return list(dead)

    @property
    def mongodb_uri(self) -> str:
        """Where MongoDB's clients connect."""
        if self.mongod is None:
            raise RuntimeError("MongoDB was not asked for, or has not been started")
        return self.mongod.uri

    @property
    def redis_url(self) -> str:
        """Where Redis clients connect."""
        if self.valkey is None:
            raise RuntimeError("Valkey was not asked for, or has not been started")
        return self.valkey.url

    def _addresses(self) -> Addresses:
        return Addresses(
            mongodb_uri=self.mongod.uri if self.mongod else None,
            redis_url=self.valkey.url if self.valkey else None,
        )


def _lock(directory: Path, patience: float, stack: ExitStack) -> int:
    """Hold `directory` for this block alone. Guards hold it too: it is free only when their servers are gone."""
    directory.mkdir(parents=True, exist_ok=True)
    file = stack.enter_context((directory / "lock").open("w"))
    deadline = time.monotonic() + patience
    while not _held(file):
        if time.monotonic() > deadline:
            raise EmbeddedServerError(
                f"Another Regulars is running on {directory}. "
                "Stop it first, or set DATA_DIR and PORT to run a second one beside it."
            )
        time.sleep(_POLL_SECONDS)
    return file.fileno()


def _held(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
