"""Entries by (member, sequence); None for one that does not exist."""

from strawberry.dataloader import DataLoader

from domain.ledger.entry import Entry
from services.context import Context

Key = tuple[str, int]
Result = Entry | None


def loader(services: Context) -> DataLoader[Key, Result]:
    """One query for all keys of a tick."""

    async def load(keys: list[Key]) -> list[Result]:
        found = await services.ledger.get_many(keys)
        return [found.get(key) for key in keys]

    return DataLoader(load)
