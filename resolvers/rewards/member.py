"""What of the catalog is a member's own: what they have marked, and what they are recommended."""

import strawberry

from domain.actors import Role
from domain.members import member as domain
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.permissions import STAFF, OwnerOr
from resolvers.rewards.favourites import FavouriteConnection, favourites_of
from resolvers.rewards.goal import Goal, goal_of
from resolvers.rewards.recommendations import RecommendationConnection, recommendations_of


@strawberry.type
class MemberCatalog:
    """Those fields of a member."""

    row: strawberry.Private[domain.Member]

    @strawberry.field(extensions=[OwnerOr(STAFF, Role.SERVICE)], description="Newest first.")
    async def favourites(
        self, info: Info, first: int | None = 20, after: str | None = ABSENT
    ) -> FavouriteConnection | None:
        """The rewards that they have marked."""
        return await favourites_of(info.context, self.row.id, first, given(after))

    @strawberry.field(extensions=[OwnerOr(STAFF, Role.SERVICE)])
    async def goal(self, info: Info) -> Goal | None:
        """The reward that they save for, and how far they are."""
        return await goal_of(info.context, self.row.id)

    @strawberry.field(
        extensions=[OwnerOr(STAFF, Role.SERVICE)],
        description="Rewards they may have: first what members who chose the same also chose, then what their "
        "points do for, then what they nearly do for. Never by fewer than three members.",
    )
    async def recommendations(
        self, info: Info, first: int | None = 20, after: str | None = ABSENT
    ) -> RecommendationConnection | None:
        """At most some hundred, each with its reason."""
        return await recommendations_of(info.context, self.row.id, first, given(after))
