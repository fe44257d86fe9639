"""Which process holds the other end of a connection on this machine."""

import os
import subprocess
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

_SOCKETS = Path("/proc/net/tcp")


def holder_of(port: int, pids: Iterable[int]) -> int:
    """Which of these processes has a connection from this local port; 0: none of them."""
    held = _holds_by_proc(port) if _SOCKETS.exists() else partial(_holds_by_lsof, port)
    return next((pid for pid in pids if held(pid)), 0)


def _holds_by_proc(port: int) -> Callable[[int], bool]:
    rows = [line.split() for line in _SOCKETS.read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}")}
    return lambda pid: any(_link_of(file) in sockets for file in _files_of(pid))


def _files_of(pid: int) -> list[str]:
    folder = f"/proc/{pid}/fd"
    try:
        return [f"{folder}/{name}" for name in os.listdir(folder)]
    except OSError:  # it has just ended
        return []


def _link_of(file: str) -> str:
    try:
        return os.readlink(file)
    except OSError:  # it has just been closed
        return ""


def _holds_by_lsof(port: int, pid: int) -> bool:
    command = ["lsof", "-nP", "-a", "-p", str(pid), "-i", f"TCP:{port}", "-Fn"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return f":{port}->" in told.stdout
