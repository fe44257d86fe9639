"""A page of the catalog."""

import strawberry

from domain.program.rewards import RewardKind
from domain.refusals import Refused
from domain.rewards.orders import Position
from resolvers.context import RequestContext
from resolvers.errors import bad_request
from resolvers.given import ABSENT, given
from resolvers.paging import page_info, page_size, read_cursor, write_cursor
from resolvers.refusals import bad_query
from resolvers.rewards.reward import Reward, RewardConnection, RewardEdge
from resolvers.scalars import Points
from services.rewards.list_rewards import Beholder, ListRewards, Look, RewardOrder, Wanted, look_at_rewards


@strawberry.input
class RewardFilter:
    """Which rewards; no kinds, categories or partners, or an empty list of them, means any. Prices: of the list.

    `search`: every word of it is in the reward, with what thumbs do to words; the best come first under FEATURED.
    `redeemableOnly`: only what the member can have now, whatever stands against the others. `inStockOnly`: not
    what is sold out.
    """

    kinds: list[RewardKind] | None = ABSENT
    categories: list[str] | None = ABSENT
    partners: list[str] | None = ABSENT
    search: str | None = ABSENT
    min_cost: Points | None = ABSENT
    max_cost: Points | None = ABSENT
    redeemable_only: bool | None = ABSENT
    in_stock_only: bool | None = ABSENT
    favourites_only: bool | None = ABSENT


async def list_rewards(
    context: RequestContext,
    member: str | None,
    *,
    first: int | None,
    after: str | None,
    wanted: RewardFilter | None,
    order: RewardOrder,
) -> RewardConnection:
    """The catalog, through the eyes of a member if one is given.

    Raises BAD_REQUEST for a bad page, cursor or filter, and for what is a member's where there is no member.
    """
    size = page_size(first)
    query = await _query(context, member, wanted, order)
    look = await look_at_rewards(context.services, query)
    if isinstance(look, Refused):
        raise bad_query(look)
    kind = "rewards:search" if look.ranked else f"rewards:{order.value}"
    cursor = read_cursor(after, kind, int, str)
    return await _connection(look, member, kind, size, Position(*cursor) if cursor else None)


async def _connection(
    look: Look, member: str | None, kind: str, size: int, after: Position | None
) -> RewardConnection:
    page = await look.page(first=size, after=after)
    edges = [
        RewardEdge(cursor=write_cursor(kind, *position), node=Reward(row=reward, live=False, seen_by=member))
        for reward, position in zip(page.rewards, page.positions, strict=True)
    ]

    async def counted() -> int:
        return len(page.rewards) if after is None and not page.has_next else await look.count()

    info = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=after)
    return RewardConnection(edges=edges, page_info=info, counted=counted, weighed=look.facets)


async def _query(
    context: RequestContext, member: str | None, wanted: RewardFilter | None, order: RewardOrder
) -> ListRewards:
    if wanted is None:
        return ListRewards(order=order)
    return ListRewards(
        wanted=Wanted(
            kinds=tuple(given(wanted.kinds) or ()),
            categories=tuple(given(wanted.categories) or ()),
            partners=tuple(given(wanted.partners) or ()),
            min_cost=given(wanted.min_cost),
            max_cost=given(wanted.max_cost),
        ),
        search=given(wanted.search),
        in_stock_only=bool(given(wanted.in_stock_only)),
        only=await _favourites(context, member) if given(wanted.favourites_only) else None,
        redeemable_by=await _beholder(context, member) if given(wanted.redeemable_only) else None,
        order=order,
    )


async def _beholder(context: RequestContext, member: str | None) -> Beholder | None:
    if member is None:
        raise bad_request("`redeemableOnly` needs a member: ask for the rewards of one.")
    row, eyes = await context.loaders.members.load(member), await context.eyes.load(member)
    return Beholder(row, eyes) if row and eyes else None


async def _favourites(context: RequestContext, member: str | None) -> frozenset[str]:
    if member is None:
        raise bad_request("`favouritesOnly` needs a member: ask for the rewards of one.")
    return frozenset(await context.loaders.favourites.load(member) or ())
