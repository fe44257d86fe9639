"""The processes that `regulars run` starts beside the servers."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from runtime.faults import CannotRun
from runtime.leash import word

GRACE_SECONDS = 20
_TAIL_BYTES = 2_000


class Child:
    """One child, importing from the start on and waiting for the word. Its log is `log`.

    It is in a session of its own: Ctrl-C in the terminal does not reach it.
    """

    def __init__(self, role: str, log: Path) -> None:
        self.role = role
        self.log = log
        self._started_at = time.monotonic()
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "runtime.child", role],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def go(self, variables: Mapping[str, str]) -> None:
        """Tells it its settings, beyond the environment it has inherited; it serves from then on."""
        if self._process.stdin:
            self._process.stdin.write(word(variables))
            self._process.stdin.flush()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it has ended, by itself or by another's hand."""
        return self._process.poll() is not None

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started_at

    def failure(self) -> CannotRun:
        """What to say of its end, with the end of its log."""
        return CannotRun(
            f"The {self.role} process ended with code {self._process.poll()}. "
            f"See {self.log}, which ends:\n{_tail(self.log)}"
        )

    def stop(self) -> None:
        """Asks it to stop and waits until it has; insists after a while. Twice is once."""
        if self._process.stdin and not self._process.stdin.closed:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _tail(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
        return file.read().decode(errors="replace").strip()
