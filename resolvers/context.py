"""What every resolver of one request works with."""

from dataclasses import dataclass, field
from datetime import datetime

import strawberry

from domain.program.program import Program
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

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.services)

    def refresh(self) -> None:
        """Forgets what was loaded: a mutation has changed it, and what is read next must show that."""
        self.now = self.services.clock()
        self.loaders = Loaders(self.services)


Info = strawberry.Info[RequestContext, None]


async def build_context(services: Context, identity: Identity, request: RequestInfo) -> RequestContext:
    """The context of one request. Raises what `Programs.current` raises: without a programme nothing works."""
    program = await services.programs.current()
    return RequestContext(services, identity, request, program, services.clock())
