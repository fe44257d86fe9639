"""The real servers of a test run: data in memory where the system has a RAM disk, gone after the run."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.embedded.servers import EmbeddedServers

_RAM_DISK = Path("/dev/shm")


@contextmanager
def temporary_servers(*, mongodb: bool = False, redis: bool = False) -> Iterator[EmbeddedServers]:
    """Servers over a directory of their own; mongod is journaled all the same."""
    parent = _RAM_DISK if os.access(_RAM_DISK, os.W_OK) else None
    with (
        tempfile.TemporaryDirectory(prefix="regulars-tests-", dir=parent) as directory,
        EmbeddedServers(Path(directory), mongodb=mongodb, redis=redis) as servers,
    ):
        yield servers
