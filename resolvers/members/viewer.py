"""Who is asking."""

import strawberry

from domain.actors import Role
from domain.support.approval import adjustment_limit
from resolvers.actor import Actor
from resolvers.context import Info
from resolvers.members.find import own_member
from resolvers.members.member import Member
from resolvers.permissions import STAFF
from resolvers.scalars import Points


@strawberry.type
class Viewer:
    """A member, staff or a service."""

    @strawberry.field
    def actor(self, info: Info) -> Actor:
        """Who acts when this reader does."""
        return Actor(row=info.context.identity.actor())

    @strawberry.field(description="With those that they imply: a supervisor is also an agent.")
    def roles(self, info: Info) -> list[str]:
        """In the order of the list of roles."""
        return [role.value for role in Role if info.context.identity.has(role)]

    @strawberry.field(description="The signed-in member; null for staff and services.")
    async def member(self, info: Info) -> Member | None:
        """Themself."""
        return await own_member(info.context)

    @strawberry.field(
        description="What an agent may adjust alone, either way. Null: no limit, or not one who adjusts."
    )
    def adjustment_limit(self, info: Info) -> Points | None:
        """By the highest role."""
        context = info.context
        if not context.identity.has(STAFF):
            return None
        limit = adjustment_limit(context.program.adjustment_limits, context.identity.roles)
        return None if limit is None else Points(limit)
