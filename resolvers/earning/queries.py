"""Root fields about events: why they gave what they gave, and what one would give."""

from typing import Annotated

import strawberry

from domain.actors import Role
from resolvers.context import Info
from resolvers.earning.explanation import EventExplanation, explanation_of
from resolvers.earning.try_event import EventTrial, TryEventInput, trial_of
from resolvers.permissions import STAFF, Having, SignedIn, may_see


@strawberry.type
class EarningQuery:
    """Root fields about events."""

    @strawberry.field(
        extensions=[SignedIn()],
        description="Why an event that was recorded gave what it gave, and why the other rules gave nothing: for "
        "staff, services, and members for their own. `others`: also the rules for other types of event.",
    )
    async def explain_event(
        self,
        info: Info,
        origin: Annotated[str, strawberry.argument(name="source")],
        id: str,
        others: bool = False,
    ) -> EventExplanation | None:
        """Null for an event that was never recorded, or is not the reader's to see."""
        identity = info.context.identity
        return await explanation_of(
            info, origin, id, others=others, may_see=lambda member: may_see(identity, member, STAFF, Role.SERVICE)
        )

    @strawberry.field(
        extensions=[Having(Role.MEMBER, STAFF, Role.SERVICE)],
        description="What an event would give if it came now: a basket before it is paid, an offer before it "
        "begins.",
    )
    async def try_event(self, info: Info, input: TryEventInput) -> EventTrial | None:
        """Writes nothing."""
        return await trial_of(info, input)
