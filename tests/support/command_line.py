"""Running `regulars` as people do: as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from typer.testing import CliRunner

from runtime.cli.app import app

_OURS = ("MONGODB_URI", "REDIS_URL", "MONGODB_DATABASE", "DATA_DIR", "PORT", "JWKS", "ENVIRONMENT", "LOG_LEVEL")
_OURS += ("ROOTS_DIR", "ROOT_KEY")


def environment(**variables: str) -> dict[str, str]:
    """This process's environment with only these of our variables."""
    kept = {name: value for name, value in os.environ.items() if name not in _OURS}
    return kept | variables


def regulars(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The finished command."""
    return subprocess.run(
        [sys.executable, "-m", "runtime.cli", *arguments],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def explained(*arguments: str) -> str:
    """What a command says of itself, in this process."""
    told = CliRunner().invoke(app, [*arguments, "--help"], prog_name="regulars")
    assert told.exit_code == 0, told.output
    return told.output


class Running:
    """`regulars run` under way: what it has said up to the line that it is ready."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []

    def wait_until_ready(self) -> str:
        """The address that it is ready at; an AssertionError with what it said when it ends before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith("Ready: "):
                return line.removeprefix("Ready: ").strip()
        raise AssertionError("\n".join(self.said))

    def token(self, role: str) -> str:
        """The token that was printed for the role."""
        return self.said[self.said.index(role) + 1].strip()

    def end(self, number: signal.Signals) -> int:
        """Sends the signal and waits; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def running(data_dir: Path, port: int, **variables: str) -> Iterator[Running]:
    """`regulars run` on a directory and a port; whatever happens, it has ended after the block."""
    command = [sys.executable, "-m", "runtime.cli", "run"]
    env = environment(DATA_DIR=str(data_dir), PORT=str(port), **variables)
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Running(process)
        finally:
            if process.poll() is None:
                process.terminate()


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    parents = _parents()
    found: Sequence[int] = [pid]
    everyone: list[int] = []
    while found:
        found = [child for child, parent in parents.items() if parent in found]
        everyone += found
    return everyone


def parent_of(pid: int) -> int:
    """Who started the process."""
    return _parents()[pid]


def is_alive(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    return pid in _parents()


def words_of(pid: int) -> str:
    """The process's command line; empty when it has ended."""
    file = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/stat").exists():
        return file.read_bytes().replace(b"\0", b" ").decode(errors="replace") if file.exists() else ""
    told = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _parents() -> dict[int, int]:
    """The parent of each process that is not a zombie."""
    if Path("/proc/self/stat").exists():
        return dict(filter(None, map(_stat, Path("/proc").glob("[0-9]*/stat"))))
    told = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
    rows = [line.split() for line in told.stdout.splitlines()]
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}


def _stat(path: Path) -> tuple[int, int] | None:
    try:
        state, parent = path.read_text().rpartition(")")[2].split()[:2]
    except OSError:  # it has just ended
        return None
    return (int(path.parent.name), int(parent)) if state != "Z" else None
