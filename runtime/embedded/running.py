"""Where the embedded servers of a data directory listen, for other commands on the same machine."""

import fcntl
import json
from dataclasses import asdict, dataclass
from pathlib import Path

_FILE = "servers.json"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of what runs; None for a side that was not asked for."""

    mongodb_uri: str | None = None
    redis_url: str | None = None


def announce(directory: Path, addresses: Addresses) -> None:
    """Says where the servers listen; by whoever holds the directory's lock, once they answer."""
    scratch = directory / f"{_FILE}.new"
    scratch.write_text(json.dumps(asdict(addresses)) + "\n")
    scratch.replace(directory / _FILE)


def withdraw(directory: Path) -> None:
    """The servers are about to stop."""
    (directory / _FILE).unlink(missing_ok=True)


def running_on(directory: Path) -> Addresses | None:
    """The addresses of the servers that run on the directory now; None when none do.

    What a killed process has left behind does not count: nobody holds the lock any more.
    """
    try:
        stored = json.loads((directory / _FILE).read_text())
        with (directory / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Addresses(**stored)
    except (OSError, ValueError):
        return None
    return None
