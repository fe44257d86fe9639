"""Admins write the programme."""

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
from services.program.refusals import no_such_draft
from services.program.save_draft import SaveDraft, save_draft


@strawberry.input(
    description="draftId: null for a new one. expectedRevision: refuse with STALE_REVISION if the draft has been "
    "saved since its author looked."
)
class SaveProgramDraftInput:
    """The whole programme as YAML, and why it is saved."""

    yaml: str
    note: str
    draft_id: strawberry.ID | None = ABSENT
    expected_revision: int | None = ABSENT


@strawberry.type(description="Nothing is saved when there are errors; problems: what is wrong with the programme.")
class SaveProgramDraftPayload:
    """The draft as saved."""

    draft: ProgramDraft | None = None
    problems: list[ProgramProblem] = strawberry.field(default_factory=list)
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class SaveProgramDraftMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.ADMIN)])
    async def save_program_draft(self, info: Info, input: SaveProgramDraftInput) -> SaveProgramDraftPayload | None:
        """Keeps a draft without problems, a new one or over an older revision."""
        context, id = info.context, given(input.draft_id)
        draft = key_of("ProgramDraft", id) if id else None
        if id is not None and draft is None:
            return SaveProgramDraftPayload(errors=[user_error(no_such_draft())])
        command = SaveDraft(input.yaml, input.note, draft, given(input.expected_revision))
        outcome = await save_draft(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return SaveProgramDraftPayload(problems=problems_of(outcome), errors=[user_error(outcome)])
        return SaveProgramDraftPayload(draft=ProgramDraft(row=outcome))
