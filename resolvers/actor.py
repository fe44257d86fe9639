"""Actors, as clients see them."""

import strawberry

from domain.actors import Actor as DomainActor
from domain.actors import ActorKind, Role
from domain.members.display import display_name
from resolvers.context import Info, RequestContext
from resolvers.ids import global_id
from resolvers.permissions import STAFF


@strawberry.type
class Actor:
    """Who did it. Members read of others only what kind of actor it was."""

    row: strawberry.Private[DomainActor]

    @strawberry.field
    def kind(self) -> ActorKind:
        """Which kind of actor."""
        return self.row.kind

    @strawberry.field(description="Null for members, of anyone but themselves.")
    def id(self, info: Info) -> strawberry.ID | None:
        """A member's global id, or the subject of a token; null for the system."""
        if not self.row.id or not self._may_be_named(info.context):
            return None
        if self.row.kind is ActorKind.MEMBER:
            return global_id("Member", self.row.id)
        return strawberry.ID(self.row.id)

    @strawberry.field(
        description="Null for members, of anyone but themselves, and where nobody knows it: "
        "names of staff are not kept."
    )
    async def display_name(self, info: Info) -> str | None:
        """The name of a member or a service, and of the reader."""
        context = info.context
        if not self._may_be_named(context):
            return None
        if self.row.kind is ActorKind.MEMBER:
            member = await context.loaders.members.load(self.row.id)
            return display_name(member.profile) if member else None
        if self.row.kind is ActorKind.AGENT:
            return context.identity.name if context.identity.subject == self.row.id else None
        return self.row.id or None

    def _may_be_named(self, context: RequestContext) -> bool:
        own = self.row.kind is ActorKind.MEMBER and self.row.id == context.identity.member_id
        return own or context.identity.has(STAFF) or context.identity.has(Role.SERVICE)
