"""A page of the catalog."""

from datetime import datetime
from typing import Any

import strawberry

from domain.program.rewards import RewardKind
from domain.refusals import Refused
from domain.time import to_ms
from resolvers.context import RequestContext
from resolvers.errors import bad_request
from resolvers.given import ABSENT, given
from resolvers.paging import moment_of, page_info, page_size, read_cursor, write_cursor
from resolvers.refusals import bad_query
from resolvers.rewards.reward import Reward, RewardConnection, RewardEdge
from resolvers.scalars import Points
from services.rewards.list_rewards import ListRewards, Page, RewardOrder, count_rewards
from services.rewards.list_rewards import list_rewards as read_rewards


@strawberry.input
class RewardFilter:
    """Which rewards; no kinds or categories, or an empty list of them, means any.

    `redeemableOnly`: only what the member's points and tier reach, and what is in stock and on offer now.
    """

    kinds: list[RewardKind] | None = ABSENT
    categories: list[str] | None = ABSENT
    search: str | None = ABSENT
    max_cost: Points | None = ABSENT
    redeemable_only: bool | None = ABSENT


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

    Raises BAD_REQUEST for a bad page, cursor or filter, and for `redeemableOnly` where there is no member.
    """
    size, position = page_size(first), _position(after, order)
    query = await _query(context, member, wanted, order)
    page = await read_rewards(context.services, query, first=size, after=position)
    if isinstance(page, Refused):
        raise bad_query(page)
    for reward in page.rewards:
        context.loaders.rewards.prime(reward.code, reward)
    return _connection(context, page, query, member, position)


def _connection(
    context: RequestContext, page: Page, query: ListRewards, member: str | None, position: Any
) -> RewardConnection:
    edges = [
        RewardEdge(cursor=_cursor(query.order, value, reward.code), node=Reward(row=reward, seen_by=member))
        for reward, value in zip(page.rewards, page.positions, strict=True)
    ]

    async def counted() -> int:
        if position is None and not page.has_next:
            return len(page.rewards)
        count = await count_rewards(context.services, query)
        if isinstance(count, Refused):
            raise bad_query(count)
        return count

    info = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=position)
    return RewardConnection(edges=edges, page_info=info, counted=counted)


async def _query(
    context: RequestContext, member: str | None, wanted: RewardFilter | None, order: RewardOrder
) -> ListRewards:
    if wanted is None:
        return ListRewards(order=order)
    reach = None
    if given(wanted.redeemable_only):
        if member is None:
            raise bad_request("`redeemableOnly` needs a member: ask for the rewards of one.")
        reach = await context.loaders.states.load(member)
    return ListRewards(
        kinds=tuple(given(wanted.kinds) or ()),
        categories=tuple(given(wanted.categories) or ()),
        search=given(wanted.search),
        max_cost=given(wanted.max_cost),
        redeemable_by=reach,
        order=order,
    )


def _cursor(order: RewardOrder, value: Any, code: str) -> str:
    plain = to_ms(value) if isinstance(value, datetime) else value
    return write_cursor(f"rewards:{order.value}", plain, code)


def _position(after: str | None, order: RewardOrder) -> tuple[Any, str] | None:
    cursor = read_cursor(after, f"rewards:{order.value}", int, str)
    if cursor is None:
        return None
    value, code = cursor
    return (moment_of(value) if order is RewardOrder.NEWEST else value, code)
