"""A replica set of one member, founded by the one who started it: change streams and transactions need one."""

from types import TracebackType
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure

_NOT_YET_INITIALIZED = 94


class ReplicaSetMember:
    """A direct connection to a mongod that is, or shall become, the only member of its replica set."""

    def __init__(self, host: str, port: int) -> None:
        """Name the member; the first command connects."""
        self._address = f"{host}:{port}"
        self._client: MongoClient[dict[str, Any]] = MongoClient(host, port, directConnection=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def found_or_rejoin(self, name: str) -> None:
        """Found the set if its data knows none; if it knows the member by another address, correct that."""
        try:
            config = self._client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as failure:
            if failure.code != _NOT_YET_INITIALIZED:
                raise
            self._client.admin.command("replSetInitiate", self._founding(name))
            return
        if config["members"][0]["host"] != self._address:
            config["members"][0]["host"] = self._address
            config["version"] += 1
            self._client.admin.command("replSetReconfig", config, force=True)

    def is_primary(self) -> bool:
        """Whether the member takes writes now."""
        try:
            return bool(self._client.admin.command("hello").get("isWritablePrimary"))
        except AutoReconnect:  # a change of state closes connections
            return False

    def _founding(self, name: str) -> dict[str, Any]:
        return {"_id": name, "version": 1, "members": [{"_id": 0, "host": self._address}]}
