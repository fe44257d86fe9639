"""Root fields about members."""

import strawberry

from domain.actors import Role
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.members.find import own_member
from resolvers.members.list_members import MemberConnection, MemberFilter, list_members
from resolvers.members.lookup import MemberLookup, lookup_of
from resolvers.members.member import Member
from resolvers.members.viewer import Viewer
from resolvers.permissions import STAFF, Having, SignedIn, SignedInMember


@strawberry.type
class MemberQuery:
    """Root fields about members, the reader first."""

    @strawberry.field(extensions=[SignedIn()], description="Who is asking: a member, staff or a service.")
    def viewer(self, info: Info) -> Viewer | None:
        """The bearer of the token."""
        return Viewer()

    @strawberry.field(extensions=[SignedInMember()], description="The signed-in member.")
    async def me(self, info: Info) -> Member | None:
        """Null when the token names nobody who exists."""
        return await own_member(info.context)

    @strawberry.field(extensions=[Having(STAFF, Role.SERVICE)], description="Staff and services.")
    async def member(self, info: Info, by: MemberLookup) -> Member | None:
        """Null when nobody has that name."""
        row = await info.context.services.members.find(lookup_of(by))
        if row is None:
            return None
        info.context.loaders.members.prime(row.id, row)
        return Member(row=row)

    @strawberry.field(
        extensions=[Having(STAFF)], description="Staff: by name, e-mail, phone, external id or card number."
    )
    async def members(
        self,
        info: Info,
        search: str | None = ABSENT,
        filter: MemberFilter | None = ABSENT,
        first: int | None = 20,
        after: str | None = ABSENT,
    ) -> MemberConnection | None:
        """Newest joined first."""
        return await list_members(info.context, given(search), given(filter), first, given(after))
