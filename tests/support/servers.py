"""The real servers of a test run: data in memory where the system has a RAM disk, gone after the run."""

import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pymongo import MongoClient

from runtime.embedded.servers import EmbeddedServers

_RAM_DISK = Path("/dev/shm")
# A database has some fifty files. mongod keeps those of a dropped one open for minutes: more than a process
# may have, in a run of hundreds of tests with a database each.
_FORGET_SOON = {
    "setParameter": 1,
    "minSnapshotHistoryWindowInSeconds": 5,
    "syncdelay": 2,
    "wiredTigerEngineRuntimeConfig": (
        "file_manager=(close_idle_time=2,close_scan_interval=1,close_handle_minimum=100)"
    ),
}


@contextmanager
def temporary_servers(*, mongodb: bool = False, redis: bool = False) -> Iterator[EmbeddedServers]:
    """Servers over a directory of their own; mongod is journaled all the same."""
    _allow_many_files()
    with (
        tempfile.TemporaryDirectory(prefix="regulars-tests-", dir=ram_disk()) as directory,
        EmbeddedServers(Path(directory), mongodb=mongodb, redis=redis) as servers,
    ):
        if mongodb:
            with MongoClient[dict[str, object]](servers.mongodb_uri) as client:
                client.admin.command(_FORGET_SOON)
        yield servers


def ram_disk() -> Path | None:
    """Where data is kept in memory; None on a system without such a place."""
    return _RAM_DISK if os.access(_RAM_DISK, os.W_OK) else None


def _allow_many_files() -> None:
    """As many open files as the system lets this process, and so its children, have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
