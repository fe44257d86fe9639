"""The programme's root field."""

import strawberry

from resolvers.context import Info
from resolvers.permissions import SignedIn
from resolvers.program.program import Program


@strawberry.type
class ProgramQuery:
    """Root fields about the programme."""

    @strawberry.field(extensions=[SignedIn()])
    def program(self, info: Info) -> Program | None:
        """The programme in force."""
        return Program(row=info.context.program)
