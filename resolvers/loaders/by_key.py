"""A loader of things that a repository gets by their keys."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from strawberry.dataloader import DataLoader

Key = TypeVar("Key")
Found = TypeVar("Found")


def by_key(get_many: Callable[[list[Key]], Awaitable[Mapping[Key, Found]]]) -> DataLoader[Key, Found | None]:
    """One query for all keys of a tick; None for a key that nothing has."""

    async def load(keys: list[Key]) -> list[Found | None]:
        found = await get_many(keys)
        return [found.get(key) for key in keys]

    return DataLoader(load)
