"""What stands behind the connection: whether it answers, and whether it is what Regulars needs."""

from dataclasses import dataclass

from mongo.client import Database
from mongo.faults import translating


@dataclass(frozen=True, slots=True)
class Deployment:
    """A MongoDB as it says of itself. `transactions`: a replica set or a sharded cluster, not a lone server."""

    version: str
    transactions: bool
    writable: bool


@translating
async def ping(database: Database) -> None:
    """Returns when the primary answers; raises StoreUnavailable when none does."""
    await database.command("ping")


@translating
async def deployment(database: Database) -> Deployment:
    """Asks the server what it is. Raises StoreUnavailable when it does not answer."""
    hello = await database.command("hello")
    build = await database.command("buildInfo")
    return Deployment(
        version=str(build["version"]),
        transactions=bool(hello.get("setName")) or hello.get("msg") == "isdbgrid",
        writable=bool(hello.get("isWritablePrimary")),
    )
