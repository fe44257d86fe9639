"""A service says that an address reaches nobody."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.alerts.record_bounce import record_bounce


@strawberry.input
class RecordBounceInput:
    """One of the two addresses, and what the answer was, such as `550 no such user`."""

    email: str | None = ABSENT
    phone: str | None = ABSENT
    reason: str


@strawberry.type
class RecordBouncePayload:
    """Whether it stands, or why not."""

    recorded: bool = False
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class RecordBounceMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SERVICE)])
    async def record_bounce(self, info: Info, input: RecordBounceInput) -> RecordBouncePayload | None:
        """Nothing more is sent there until the member has another address. Twice is once."""
        outcome = await record_bounce(
            info.context.services, email=given(input.email), phone=given(input.phone), reason=input.reason
        )
        if isinstance(outcome, Refused):
            return RecordBouncePayload(errors=[user_error(outcome)])
        return RecordBouncePayload(recorded=outcome)
