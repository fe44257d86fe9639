"""A replica set of one member, founded by the one who started it: change streams and transactions need one."""

from types import TracebackType
from typing import Any, Self

from pymongo import MongoClient, ReadPreference
from pymongo.errors import AutoReconnect

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

    def found(self, name: str) -> None:
        """Found the set if there is none yet."""
        stored = self._client.local.get_collection("system.replset", read_preference=_ANY_STATE).find_one()
        if stored is None:
            member = {"_id": 0, "host": self._address}
            self._client.admin.command("replSetInitiate", {"_id": name, "version": 1, "members": [member]})

    def correct_address(self) -> None:
        """Write this address into the stored configuration, if there is one; the mongod must run outside its set.

        A member that starts under another address than the stored one first knocks there, for half a minute if
        whatever listens there now stays silent, and then believes that it was removed.
        """
        self._client.local["system.replset"].update_one(
            {}, {"$set": {"members.0.host": self._address}, "$inc": {"version": 1}}
        )

    def is_primary(self) -> bool:
        """Whether the member takes writes now."""
        try:
            return bool(self._client.admin.command("hello").get("isWritablePrimary"))
        except AutoReconnect:  # a change of state closes connections
            return False
