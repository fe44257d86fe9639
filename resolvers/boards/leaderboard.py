"""Leaderboards, as clients see them."""

import strawberry

from domain.members.display import leaderboard_name
from resolvers.context import Info
from resolvers.members.find import find_member
from resolvers.members.member import Member
from resolvers.paging import PageInfo
from resolvers.permissions import STAFF, OwnerOr
from services.boards.read_leaderboard import Row


@strawberry.type(description="displayName as the member's consent allows; member for those who may see them.")
class LeaderboardRow:
    """A member's place."""

    row: strawberry.Private[Row]

    @property
    def owner(self) -> str:
        """Whose place it is."""
        return self.row.member

    @strawberry.field(description="From 1; no two members share one.")
    def rank(self) -> int:
        """The place."""
        return self.row.rank

    @strawberry.field
    async def display_name(self, info: Info) -> str:
        """The same mask for the same member, unless they have agreed to be named."""
        member = await info.context.loaders.members.load(self.row.member)
        return leaderboard_name(member) if member else "Member"

    @strawberry.field
    def is_me(self, info: Info) -> bool:
        """Whether it is the signed-in member's."""
        return self.row.member == info.context.identity.member_id

    @strawberry.field
    def value(self) -> float:
        """What the board ranks by."""
        return self.row.value

    @strawberry.field(extensions=[OwnerOr(STAFF)])
    async def member(self, info: Info) -> Member | None:
        """Who it is."""
        return await find_member(info.context, self.row.member)


@strawberry.type
class LeaderboardEdge:
    """A row in a list."""

    cursor: str
    node: LeaderboardRow


@strawberry.type
class LeaderboardConnection:
    """A page of rows; `me` is the signed-in member's, wherever it stands."""

    edges: list[LeaderboardEdge]
    page_info: PageInfo
    me: LeaderboardRow | None
