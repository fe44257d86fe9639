"""How many messages members have not read."""

from strawberry.dataloader import DataLoader

from services.context import Context

Key = str
Result = int


def loader(services: Context) -> DataLoader[Key, Result]:
    """One count for all members of a tick."""

    async def load(members: list[Key]) -> list[Result]:
        counts = await services.inbox.unread_count(members)
        return [counts[member] for member in members]

    return DataLoader(load)
