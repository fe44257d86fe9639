"""What somebody has asked for, and when."""

from datetime import datetime
from typing import Protocol

import strawberry

from domain.actors import Actor as Asker
from resolvers.actor import Actor


class _Row(Protocol):
    @property
    def requested_by(self) -> Asker: ...

    @property
    def requested_at(self) -> datetime: ...


@strawberry.type
class Requested:
    """The two fields of every such type."""

    row: strawberry.Private[_Row]

    @strawberry.field
    def requested_by(self) -> Actor:
        """Who asked for it."""
        return Actor(row=self.row.requested_by)

    @strawberry.field
    def requested_at(self) -> datetime:
        """When it was asked for."""
        return self.row.requested_at
