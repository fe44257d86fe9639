"""The programme's root fields."""

import strawberry

from domain.actors import Role
from domain.time import to_ms
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.paging import moment_of, page_info, page_size, read_cursor, write_cursor
from resolvers.permissions import Having, SignedIn
from resolvers.program.draft import ProgramDraft, ProgramDraftConnection, ProgramDraftEdge
from resolvers.program.program import Program
from resolvers.program.version import ProgramVersion, ProgramVersionConnection, ProgramVersionEdge
from services.program.list_drafts import list_drafts
from services.program.list_versions import list_versions


@strawberry.type
class ProgramQuery:
    """Root fields about the programme."""

    @strawberry.field(extensions=[SignedIn()])
    def program(self, info: Info) -> Program | None:
        """The programme in force."""
        return Program(row=info.context.program)

    @strawberry.field(
        extensions=[Having(Role.ADMIN)],
        description="Admins: all published versions, newest first, the scheduled ones too.",
    )
    async def program_versions(
        self, info: Info, first: int | None = 20, after: str | None = ABSENT
    ) -> ProgramVersionConnection | None:
        """By number."""
        size, cursor = page_size(first), read_cursor(given(after), "programVersions", int)
        page = await list_versions(info.context.services, first=size, before=cursor[0] if cursor else None)
        edges = [
            ProgramVersionEdge(cursor=write_cursor("programVersions", row.number), node=ProgramVersion(row=row))
            for row, _ in page.versions
        ]
        ends = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=cursor)
        return ProgramVersionConnection(edges=edges, page_info=ends)

    @strawberry.field(extensions=[Having(Role.ADMIN)], description="Admins: one draft; null when there is none.")
    async def program_draft(self, info: Info, id: strawberry.ID) -> ProgramDraft | None:
        """By its id."""
        key = key_of("ProgramDraft", id)
        found = await info.context.services.drafts.get(key) if key else None
        return ProgramDraft(row=found) if found else None

    @strawberry.field(
        extensions=[Having(Role.ADMIN)],
        description="Admins: all drafts, the last saved first, the published ones too.",
    )
    async def program_drafts(
        self, info: Info, first: int | None = 20, after: str | None = ABSENT
    ) -> ProgramDraftConnection | None:
        """By when they were saved."""
        size, cursor = page_size(first), read_cursor(given(after), "programDrafts", int, str)
        position = (moment_of(cursor[0]), cursor[1]) if cursor else None
        page = await list_drafts(info.context.services, first=size, after=position)
        edges = [
            ProgramDraftEdge(
                cursor=write_cursor("programDrafts", to_ms(row.saved_at), row.id), node=ProgramDraft(row=row)
            )
            for row in page.drafts
        ]
        ends = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=cursor)
        return ProgramDraftConnection(edges=edges, page_info=ends)
