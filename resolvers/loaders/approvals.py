"""Requests for approval by raw id; None for one that does not exist."""

from strawberry.dataloader import DataLoader

from domain.support.approval import Approval
from services.context import Context

Key = str
Result = Approval | None


def loader(services: Context) -> DataLoader[Key, Result]:
    """One query for all keys of a tick."""

    async def load(keys: list[Key]) -> list[Result]:
        found = await services.approvals.get_many(keys)
        return [found.get(key) for key in keys]

    return DataLoader(load)
