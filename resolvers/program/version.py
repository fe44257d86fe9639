"""Published versions of the programme, as admins see them."""

from datetime import datetime

import strawberry

from domain.program import versions as domain
from domain.program.versions import VersionStatus
from resolvers.actor import Actor
from resolvers.context import Info
from resolvers.ids import global_id
from resolvers.paging import PageInfo
from resolvers.program.program import Program


@strawberry.type
class ProgramVersion:
    """How a version came to be. It never changes."""

    row: strawberry.Private[domain.Version]

    @strawberry.field
    def number(self) -> int:
        """Counted from 1."""
        return self.row.number

    @strawberry.field
    async def status(self, info: Info) -> VersionStatus:
        """Whether it is in force by now."""
        current = await info.context.services.programs.current()
        return domain.version_status(self.row.number, current.version)

    @strawberry.field(name="from", description="When it is in force from, unless a later version is by then.")
    def begins(self) -> datetime:
        """The first holds from ever, whatever this says."""
        return self.row.publication.begins

    @strawberry.field
    def published_at(self) -> datetime:
        """When it was published, be it for later."""
        return self.row.publication.at

    @strawberry.field(description="Who asked for it.")
    def published_by(self) -> Actor:
        """The first person."""
        return Actor(row=self.row.publication.by)

    @strawberry.field(description="The second person; null where none was needed.")
    def approved_by(self) -> Actor | None:
        """Null for the first version."""
        found = self.row.publication.approved_by
        return Actor(row=found) if found else None

    @strawberry.field(description="The draft it was.")
    def draft_id(self) -> strawberry.ID | None:
        """Null for one from the command line."""
        draft = self.row.publication.draft
        return global_id("ProgramDraft", draft) if draft else None

    @strawberry.field(description="What the draft's author wrote.")
    def note(self) -> str | None:
        """Null for one from the command line."""
        return self.row.publication.note

    @strawberry.field(description="Why it was published without a simulation; null when there was one.")
    def without_simulation(self) -> str | None:
        """Null for the first version, too."""
        return self.row.publication.unsimulated

    @strawberry.field(description="What it says.")
    async def program(self, info: Info) -> Program:
        """The whole programme."""
        return Program(row=await info.context.services.programs.at(self.row.number))


@strawberry.type
class ProgramVersionEdge:
    """A version in a list."""

    cursor: str
    node: ProgramVersion


@strawberry.type
class ProgramVersionConnection:
    """A page of versions."""

    edges: list[ProgramVersionEdge]
    page_info: PageInfo
