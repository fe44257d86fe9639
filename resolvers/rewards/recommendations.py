"""What a member is recommended, and why."""

import strawberry

from domain.rewards.recommended import Because
from resolvers.context import RequestContext
from resolvers.paging import PageInfo, page_info, page_size, read_cursor, write_cursor
from resolvers.rewards.reward import Reward
from services.rewards.list_rewards import Beholder
from services.rewards.recommend import recommend_rewards


@strawberry.type
class Recommendation:
    """A reward that the member may have. `because` says why it is here, in words that they can read."""

    reward: Reward
    kind: Because
    because: str


@strawberry.type
class RecommendationEdge:
    """A recommendation in the list."""

    cursor: str
    node: Recommendation


@strawberry.type
class RecommendationConnection:
    """A page of recommendations."""

    edges: list[RecommendationEdge]
    page_info: PageInfo


async def recommendations_of(
    context: RequestContext, member: str, first: int | None, after: str | None
) -> RecommendationConnection | None:
    """Raises BAD_REQUEST for a bad page or cursor."""
    size, cursor = page_size(first), read_cursor(after, "recommendations", int, str)
    row, eyes = await context.loaders.members.load(member), await context.eyes.load(member)
    if row is None or eyes is None:
        return None
    found = await recommend_rewards(context.services, Beholder(row, eyes))
    # Behind the reward that the last page ended with; where that is gone meanwhile, behind its place.
    places = {one.reward.code: place for place, one in enumerate(found)}
    start = places.get(cursor[1], cursor[0]) + 1 if cursor else 0
    edges = [
        RecommendationEdge(
            cursor=write_cursor("recommendations", start + number, one.reward.code),
            node=Recommendation(reward=Reward(row=one.reward, seen_by=member), kind=one.kind, because=one.words),
        )
        for number, one in enumerate(found[start : start + size])
    ]
    more = start + size < len(found)
    info = page_info([edge.cursor for edge in edges], has_next=more, after=cursor)
    return RecommendationConnection(edges=edges, page_info=info)
