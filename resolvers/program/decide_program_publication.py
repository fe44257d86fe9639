"""A second admin decides."""

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
from services.program.decide_publication import DecidePublication, decide_publication


@strawberry.input
class DecideProgramPublicationInput:
    """Yes or no, and for colleagues, why."""

    draft_id: strawberry.ID
    approve: bool
    idempotency_key: str
    note: str | None = ABSENT


@strawberry.type
class DecideProgramPublicationPayload:
    """The decided draft, with the version that a yes has published."""

    draft: ProgramDraft | None = None
    problems: list[ProgramProblem] = strawberry.field(default_factory=list)
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class DecideProgramPublicationMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.ADMIN)])
    async def decide_program_publication(
        self, info: Info, input: DecideProgramPublicationInput
    ) -> DecideProgramPublicationPayload | None:
        """On a yes the version comes with the decision. Nobody decides what they asked for or saved themselves."""
        context = info.context
        draft = key_of("ProgramDraft", input.draft_id) or ""
        command = DecidePublication(draft, input.approve, input.idempotency_key, given(input.note))
        outcome = await decide_publication(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return DecideProgramPublicationPayload(problems=problems_of(outcome), errors=[user_error(outcome)])
        context.refresh()
        return DecideProgramPublicationPayload(draft=ProgramDraft(row=outcome))
