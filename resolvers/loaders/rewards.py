"""Rewards by code, with what is left of them; None for one that never was."""

from strawberry.dataloader import DataLoader

from domain.program.program import Reward
from services.context import Context

Key = str
Result = Reward | None


def loader(services: Context) -> DataLoader[Key, Result]:
    """One query for all keys of a tick."""

    async def load(keys: list[Key]) -> list[Result]:
        found = await services.rewards.get_many(keys)
        return [found.get(key) for key in keys]

    return DataLoader(load)
