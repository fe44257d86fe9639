"""Rewards that a member has marked: marking, unmarking, and the list of them."""

from collections.abc import Awaitable, Callable

import strawberry

from domain.program import rewards as domain
from domain.refusals import Refused
from domain.time import to_ms
from resolvers.context import Info, RequestContext
from resolvers.ids import key_of
from resolvers.paging import PageInfo, moment_of, page_info, page_size, read_cursor, write_cursor
from resolvers.permissions import SignedInMember
from resolvers.refusals import user_error
from resolvers.rewards.reward import Reward, RewardEdge
from resolvers.user_errors import UserError
from services.context import Context
from services.rewards.favourites import add_favourite, list_favourites, remove_favourite
from services.rewards.issue_reward import no_such_reward


@strawberry.type
class FavouriteConnection:
    """A page of what a member has marked, newest first; what is listed no more is there still."""

    edges: list[RewardEdge]
    page_info: PageInfo


@strawberry.input
class FavouriteInput:
    """Which reward."""

    reward_id: strawberry.ID


@strawberry.type
class FavouritePayload:
    """The reward as it is marked now, or why not."""

    reward: Reward | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class FavouriteMutation:
    """Holds the mutations."""

    @strawberry.mutation(extensions=[SignedInMember()])
    async def add_favourite(self, info: Info, input: FavouriteInput) -> FavouritePayload | None:
        """Marks a reward of the catalog; one that is marked stays so. At most 500."""
        return await _change(info.context, input.reward_id, add_favourite)

    @strawberry.mutation(extensions=[SignedInMember()])
    async def remove_favourite(self, info: Info, input: FavouriteInput) -> FavouritePayload | None:
        """Unmarks a reward, marked or not."""
        return await _change(info.context, input.reward_id, remove_favourite)


_Change = Callable[[Context, str, str], Awaitable[domain.Reward | Refused]]


async def _change(context: RequestContext, id: strawberry.ID, change: _Change) -> FavouritePayload:
    code, member = key_of("Reward", id), str(context.identity.member_id)
    outcome = await change(context.services, member, code) if code else no_such_reward()
    if isinstance(outcome, Refused):
        return FavouritePayload(errors=[user_error(outcome)])
    context.refresh()
    return FavouritePayload(reward=Reward(row=outcome, seen_by=member))


async def favourites_of(
    context: RequestContext, member: str, first: int | None, after: str | None
) -> FavouriteConnection:
    """Raises BAD_REQUEST for a bad page or cursor."""
    size, cursor = page_size(first), read_cursor(after, "favourites", int, str)
    position = (moment_of(cursor[0]), cursor[1]) if cursor else None
    page = await list_favourites(context.services, member, first=size, after=position)
    edges = [
        RewardEdge(
            cursor=write_cursor("favourites", to_ms(at), reward.code), node=Reward(row=reward, seen_by=member)
        )
        for reward, at in page.rewards
    ]
    info = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=position)
    return FavouriteConnection(edges=edges, page_info=info)
