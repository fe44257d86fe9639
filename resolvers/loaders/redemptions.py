"""Redemptions by raw id; None for one that does not exist."""

from strawberry.dataloader import DataLoader

from domain.rewards.redemption import Redemption
from services.context import Context

Key = str
Result = Redemption | None


def loader(services: Context) -> DataLoader[Key, Result]:
    """One query for all keys of a tick."""

    async def load(keys: list[Key]) -> list[Result]:
        found = await services.redemptions.get_many(keys)
        return [found.get(key) for key in keys]

    return DataLoader(load)
