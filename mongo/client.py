"""The connection: how Regulars reads and writes, decided once."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo import WriteConcern
from pymongo.errors import ConfigurationError
from pymongo.read_concern import ReadConcern

Document = dict[str, Any]
Client = AsyncIOMotorClient[Document]
Database = AsyncIOMotorDatabase[Document]


def connect(uri: str) -> Client:
    """A client whose writes are acknowledged by a journaled majority and whose reads see only such writes.

    A local read may show an entry that a failover takes back; the insert after it would then leave a gap.
    Opens no connection yet. Raises ValueError for an address that is none.
    """
    try:
        return AsyncIOMotorClient(
            uri,
            tz_aware=True,
            w="majority",
            journal=True,
            readConcernLevel="majority",
            retryWrites=True,
            serverSelectionTimeoutMS=5_000,
            connectTimeoutMS=2_000,
            maxPoolSize=64,
            appname="regulars",
        )
    except ConfigurationError as fault:
        raise ValueError(str(fault)) from fault


def open_database(client: Client, name: str) -> Database:
    """The database, with the concerns stated again, so that an option in the address cannot weaken them."""
    return client.get_database(
        name, write_concern=WriteConcern("majority", j=True), read_concern=ReadConcern("majority")
    )
