"""Members' settled states now, from Redis or from the ledger."""

from strawberry.dataloader import DataLoader

from services.context import Context
from services.ledger.read_states import AccountView, read_states

Key = str
Result = AccountView


def loader(services: Context) -> DataLoader[Key, Result]:
    """One round trip for all members of a tick; a member without entries has an empty state."""

    async def load(members: list[Key]) -> list[Result]:
        views = await read_states(services, members)
        return [views[member] for member in members]

    return DataLoader(load)
