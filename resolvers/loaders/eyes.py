"""Members' eyes: what prices and conditions of rewards ask of a member, for all rewards of a request."""

from strawberry.dataloader import DataLoader

from domain.program.program import Program
from domain.rewards.eyes import Eyes
from resolvers.loaders.all import Loaders
from services.rewards.judge_reward import eyes_of

Key = str
Result = Eyes | None


def loader(program: Program, loaders: Loaders) -> DataLoader[Key, Result]:
    """None for nobody's id; the member and the state are those of the request's other loaders."""

    async def load(ids: list[Key]) -> list[Result]:
        members = await loaders.members.load_many(ids)
        views = await loaders.states.load_many(ids)
        return [
            eyes_of(program, member, view) if member else None for member, view in zip(members, views, strict=True)
        ]

    return DataLoader(load)
