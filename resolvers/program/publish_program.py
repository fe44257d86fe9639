"""Admins ask to publish."""

from datetime import datetime

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.permissions import Having
from resolvers.program.draft import ProgramDraft
from resolvers.program.problem import ProgramProblem, problems_of
from resolvers.refusals import user_error
from resolvers.user_errors import UserError
from services.program.request_publication import RequestPublication, request_publication


@strawberry.input(description="from: when it is to be in force from; null: as soon as it is approved.")
class PublishProgramInput:
    """Which draft, and from when."""

    draft_id: strawberry.ID
    idempotency_key: str
    begins: datetime | None = strawberry.field(name="from", default=ABSENT)


@strawberry.type
class PublishProgramPayload:
    """The draft, which waits for a second person; problems: why it may not follow the versions so far."""

    draft: ProgramDraft | None = None
    problems: list[ProgramProblem] = strawberry.field(default_factory=list)
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class PublishProgramMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.ADMIN)])
    async def publish_program(self, info: Info, input: PublishProgramInput) -> PublishProgramPayload | None:
        """Asks another admin to publish a draft that was simulated freshly against the version in force."""
        context = info.context
        draft = key_of("ProgramDraft", input.draft_id) or ""
        command = RequestPublication(draft, input.idempotency_key, given(input.begins))
        outcome = await request_publication(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return PublishProgramPayload(problems=problems_of(outcome), errors=[user_error(outcome)])
        return PublishProgramPayload(draft=ProgramDraft(row=outcome))
