"""A server as a child process behind a guard: started, watched while it becomes ready, stopped."""

import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from runtime.embedded import guard

_POLL_SECONDS = 0.02
_LOG_TAIL_BYTES = 2_000


class EmbeddedServerError(Exception):
    """An embedded server cannot run; the message says what to do next."""


class Server(ABC):
    """A server that runs from its making on; `_start` starts a process of it and waits until it is of use."""

    def __init__(self) -> None:
        self._process = self._start()

    @abstractmethod
    def _start(self) -> "ServerProcess":
        """A process that is ready; raises EmbeddedServerError, with nothing left running, if it cannot be."""

    @property
    def pid(self) -> int:
        """The process id of the server itself."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.running

    def restart(self) -> None:
        """Start it again at its address, over what it keeps; raises EmbeddedServerError if it cannot."""
        self.stop()
        self._process = self._start()

    def stop(self) -> None:
        """Shut it down in order and wait for its end."""
        self._process.stop()


class ServerProcess:
    """One running server. It is in a session of its own: Ctrl-C in the terminal does not reach it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        inherited: Sequence[int] = (),
    ) -> None:
        """Start `command`, its output appended to `log`; `inherited` file descriptors stay open in the guard."""
        self._name = Path(command[0]).name
        self._log = log
        with log.open("ab") as output:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", guard.__file__, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env=dict(environment),
                pass_fds=inherited,
                start_new_session=True,
            )
        self.pid = self._read_pid()

    def wait_until(self, ready: Callable[[], bool], *, timeout: float) -> None:
        """Poll `ready` until it holds; raises EmbeddedServerError if the server ends or `timeout` seconds pass."""
        deadline = time.monotonic() + timeout
        while not ready():
            if self._guard.poll() is not None:
                raise EmbeddedServerError(self._failure(f"ended with code {self._guard.returncode}"))
            if time.monotonic() > deadline:
                raise EmbeddedServerError(self._failure(f"was not ready after {timeout:g} s"))
            time.sleep(_POLL_SECONDS)

    @property
    def running(self) -> bool:
        """Whether the server still runs."""
        return self._guard.poll() is None

    def stop(self) -> None:
        """Ask the server to stop and wait until it has; twice is once."""
        if self._guard.stdin and not self._guard.stdin.closed:
            self._guard.stdin.close()
        self._guard.wait(guard.GRACE_SECONDS + 5)
        if self._guard.returncode == -signal.SIGKILL:
            self._end_orphan()
        if self._guard.stdout:
            self._guard.stdout.close()

    def _end_orphan(self) -> None:
        """Ends the server that a killed guard has left behind."""
        deadline = time.monotonic() + guard.GRACE_SECONDS
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
            while time.monotonic() < deadline:
                os.kill(self.pid, 0)
                time.sleep(_POLL_SECONDS)
            os.kill(self.pid, signal.SIGKILL)

    def _read_pid(self) -> int:
        """The server's own process id, which the guard prints first; raises if it never started."""
        line = self._guard.stdout.readline() if self._guard.stdout else b""
        if not line:
            self.stop()
            raise EmbeddedServerError(self._failure("could not be started"))
        return int(line)

    def _failure(self, what: str) -> str:
        with self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - _LOG_TAIL_BYTES))
            tail = log.read().decode(errors="replace").strip()
        return (
            f"The embedded {self._name} {what}. Use servers of your own by setting MONGODB_URI and REDIS_URL, "
            f"or see {self._log}, which ends:\n{tail}"
        )
