"""Members by raw id; None for one who does not exist."""

from strawberry.dataloader import DataLoader

from domain.members.member import Member
from services.context import Context

Key = str
Result = Member | None


def loader(services: Context) -> DataLoader[Key, Result]:
    """One query for all keys of a tick."""

    async def load(keys: list[Key]) -> list[Result]:
        found = await services.members.get_many(keys)
        return [found.get(key) for key in keys]

    return DataLoader(load)
