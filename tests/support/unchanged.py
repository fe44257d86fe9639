"""Showing that nothing changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mongo.client import Database


async def everything(database: Database) -> dict[str, list[Any]]:
    """Every document of every collection, by collection, in the order of their ids."""
    names = await database.list_collection_names()
    return {name: await database[name].find().sort("_id", 1).to_list(None) for name in sorted(names)}


@asynccontextmanager
async def unchanged(database: Database) -> AsyncIterator[None]:
    """Fails unless the block leaves every document as it was."""
    before = await everything(database)
    yield
    assert await everything(database) == before
