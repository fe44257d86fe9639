"""Drafts of the programme, as admins see them."""

from datetime import datetime

import strawberry

from domain.program import versions as domain
from domain.program.versions import DraftStatus
from resolvers.actor import Actor
from resolvers.context import Info
from resolvers.ids import global_id
from resolvers.paging import PageInfo
from resolvers.program.version import ProgramVersion
from services.program.dump import dump_program
from services.program.list_drafts import statuses


@strawberry.type
class ProgramPublication:
    """The last asking to publish a draft, and what a second person decided."""

    request: strawberry.Private[domain.Request]
    ruling: strawberry.Private[domain.Ruling | None]

    @strawberry.field
    def requested_by(self) -> Actor:
        """The first person."""
        return Actor(row=self.request.by)

    @strawberry.field
    def requested_at(self) -> datetime:
        """When it was asked for."""
        return self.request.at

    @strawberry.field(name="from", description="When it is to be in force from; null: as soon as it is approved.")
    def begins(self) -> datetime | None:
        """As it was asked for."""
        return self.request.begins

    @strawberry.field(description="Null while it waits.")
    def approved(self) -> bool | None:
        """What was decided."""
        return self.ruling.approve if self.ruling else None

    @strawberry.field
    def decided_by(self) -> Actor | None:
        """The second person."""
        return Actor(row=self.ruling.by) if self.ruling else None

    @strawberry.field
    def decided_at(self) -> datetime | None:
        """When it was decided."""
        return self.ruling.at if self.ruling else None

    @strawberry.field
    def note(self) -> str | None:
        """What the second person wrote."""
        return self.ruling.note if self.ruling else None


@strawberry.type
class ProgramDraft:
    """A programme on its way: saved without problems, simulated, asked for, published."""

    row: strawberry.Private[domain.Draft]

    @strawberry.field(description="Opaque and global.")
    def id(self) -> strawberry.ID:
        """The same over all revisions."""
        return global_id("ProgramDraft", self.row.id)

    @strawberry.field(description="Grows with each saving.")
    def revision(self) -> int:
        """Counted from 1."""
        return self.row.revision

    @strawberry.field
    async def status(self, info: Info) -> DraftStatus:
        """How far it has come."""
        (status,) = await statuses(info.context.services, [self.row])
        return status

    @strawberry.field(description="What its author wrote.")
    def note(self) -> str:
        """Of the last saving."""
        return self.row.note

    @strawberry.field(description="Who saved it last.")
    def author(self) -> Actor:
        """May not approve it."""
        return Actor(row=self.row.author)

    @strawberry.field
    def created_at(self) -> datetime:
        """When it was saved first."""
        return self.row.created_at

    @strawberry.field
    def saved_at(self) -> datetime:
        """When it was saved last."""
        return self.row.saved_at

    @strawberry.field(description="The programme as YAML, without the comments that its author wrote.")
    def yaml(self) -> str:
        """Reads back to exactly the same programme."""
        return dump_program(self.row.program)

    @strawberry.field(description="The last asking to publish it; null when nobody has since it was saved.")
    def publication(self) -> ProgramPublication | None:
        """And what became of it."""
        asked = self.row.request
        return ProgramPublication(request=asked, ruling=self.row.ruling) if asked else None

    @strawberry.field(description="What it was published as.")
    async def version(self, info: Info) -> ProgramVersion | None:
        """Null until it is."""
        number = self.row.version
        found = await info.context.services.programs.version(number) if number is not None else None
        return ProgramVersion(row=found) if found else None


@strawberry.type
class ProgramDraftEdge:
    """A draft in a list."""

    cursor: str
    node: ProgramDraft


@strawberry.type
class ProgramDraftConnection:
    """A page of drafts."""

    edges: list[ProgramDraftEdge]
    page_info: PageInfo
