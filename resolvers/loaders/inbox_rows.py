"""Messages by (member, sequence); None for one that does not exist."""

from strawberry.dataloader import DataLoader

from domain.inbox.message import InboxRow
from services.context import Context

Key = tuple[str, int]
Result = InboxRow | None


def loader(services: Context) -> DataLoader[Key, Result]:
    """One query for all keys of a tick."""

    async def load(keys: list[Key]) -> list[Result]:
        found = await services.inbox.get_many(keys)
        return [found.get(key) for key in keys]

    return DataLoader(load)
