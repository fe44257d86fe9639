"""What every resolver of one request works with."""

from dataclasses import dataclass, field
from datetime import datetime

import strawberry
from strawberry.dataloader import DataLoader

from domain.program.program import Program
from domain.rewards.eyes import Eyes
from resolvers.loaders import eyes
from resolvers.loaders.all import Loaders
from services.context import Context
from services.identity import Identity
from services.request import RequestInfo


@dataclass(slots=True)
class RequestContext:
    """One request, or one event of a subscription. `program` and `now` are the same for all of its fields."""

    services: Context
    identity: Identity
    request: RequestInfo
    program: Program
    now: datetime
    loaders: Loaders = field(init=False)
    eyes: DataLoader[str, Eyes | None] = field(init=False)

    def __post_init__(self) -> None:
        self._forget()

    def refresh(self) -> None:
        """Forgets what was loaded: a mutation has changed it, and what is read next must show that."""
        self.now = self.services.clock()
        self._forget()

    def _forget(self) -> None:
        self.loaders = Loaders(self.services)
        self.eyes = eyes.loader(self.program, self.loaders)


Info = strawberry.Info[RequestContext, None]


async def build_context(services: Context, identity: Identity, request: RequestInfo) -> RequestContext:
    """The context of one request. Raises what `Programs.current` raises: without a programme nothing works."""
    program = await services.programs.current()
    return RequestContext(services, identity, request, program, services.clock())
