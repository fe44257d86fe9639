"""A replica set of one member, founded by the one who started it: change streams and transactions need one."""

from types import TracebackType
from typing import Any, Self

from pymongo import MongoClient, ReadPreference
from pymongo.errors import AutoReconnect, OperationFailure

_NOT_YET_INITIALIZED = 94
_ANY_STATE = ReadPreference.SECONDARY_PREFERRED


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

    def joined(self, name: str) -> bool:
        """Whether the member is in its set: founds it if there is none, corrects its own address if it moved.

        False: ask again. A member that has just started has not yet loaded the configuration it stored.
        """
        stored = self._client.local.get_collection("system.replset", read_preference=_ANY_STATE).find_one()
        if stored is None:
            member = {"_id": 0, "host": self._address}
            self._client.admin.command("replSetInitiate", {"_id": name, "version": 1, "members": [member]})
            return True
        try:
            config = self._client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as failure:
            if failure.code != _NOT_YET_INITIALIZED:
                raise
            return False
        if config["members"][0]["host"] != self._address:
            config["members"][0]["host"] = self._address
            config["version"] += 1
            self._client.admin.command("replSetReconfig", config, force=True)
        return True

    def is_primary(self) -> bool:
        """Whether the member takes writes now."""
        try:
            return bool(self._client.admin.command("hello").get("isWritablePrimary"))
        except AutoReconnect:  # a change of state closes connections
            return False
