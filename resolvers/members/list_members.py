"""A page of members, for staff."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import strawberry

from domain.members.member import MemberStatus
from domain.members.search import MemberCursor
from domain.refusals import Refused
from domain.time import to_ms
from resolvers.context import RequestContext
from resolvers.given import ABSENT, given
from resolvers.members.member import Member
from resolvers.paging import PageInfo, moment_of, page_info, page_size, read_cursor, write_cursor
from resolvers.refusals import bad_query
from services.members.search_members import SearchMembers, count_members, search_members


@strawberry.input
class MemberFilter:
    """Which members; `joinedAfter` ≤ joinedAt < `joinedBefore`, `tier` is a code."""

    status: MemberStatus | None = ABSENT
    tier: str | None = ABSENT
    joined_after: datetime | None = ABSENT
    joined_before: datetime | None = ABSENT


@strawberry.type
class MemberEdge:
    """A member in a list."""

    cursor: str
    node: Member


@strawberry.type
class MemberConnection:
    """A page of members."""

    edges: list[MemberEdge]
    page_info: PageInfo
    counted: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="On all pages.")
    async def total_count(self) -> int:
        """Counted only when it is asked for."""
        return await self.counted()


async def list_members(
    context: RequestContext, search: str | None, wanted: MemberFilter | None, first: int | None, after: str | None
) -> MemberConnection:
    """Newest joined first. Raises BAD_REQUEST for a bad page, cursor, search or tier."""
    size, cursor = page_size(first), read_cursor(after, "members", int, str)
    position = MemberCursor(moment_of(cursor[0]), cursor[1]) if cursor else None
    query = _query(search, wanted)
    page = await search_members(context.services, query, first=size, after=position)
    if isinstance(page, Refused):
        raise bad_query(page)
    for row in page.members:
        context.loaders.members.prime(row.id, row)
    edges = [
        MemberEdge(cursor=write_cursor("members", to_ms(row.joined_at), row.id), node=Member(row=row))
        for row in page.members
    ]

    async def counted() -> int:
        count = await count_members(context.services, query)
        if isinstance(count, Refused):
            raise bad_query(count)
        return count

    info = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=cursor)
    return MemberConnection(edges=edges, page_info=info, counted=counted)


def _query(search: str | None, wanted: MemberFilter | None) -> SearchMembers:
    if wanted is None:
        return SearchMembers(search)
    return SearchMembers(
        text=search,
        status=given(wanted.status),
        tier=given(wanted.tier),
        joined_after=given(wanted.joined_after),
        joined_before=given(wanted.joined_before),
    )
