"""The tiers that a member has had."""

from datetime import datetime

import strawberry

from domain.ledger.entry import Entry as LedgerEntry
from domain.ledger.state import TierMark
from resolvers.actor import Actor
from resolvers.context import RequestContext
from resolvers.ledger.entry import Entry
from resolvers.paging import PageInfo, page_info, page_size, read_cursor, write_cursor
from resolvers.tiers.types import Tier, tier_of
from services.tiers.list_history import list_history

_LIST = "tiers"


@strawberry.type
class TierChange:
    """A tier from when on it was held; the entry says why, and who did it."""

    code: str
    tier: Tier | None = strawberry.field(description="Null for one that the programme has no more.")
    since: datetime
    until: datetime | None = strawberry.field(description="Up to when staff gave it; null where nobody did.")
    entry: Entry
    by: Actor


@strawberry.type
class TierChangeEdge:
    """A change in a list."""

    cursor: str
    node: TierChange


@strawberry.type
class TierChangeConnection:
    """A page of changes."""

    edges: list[TierChangeEdge]
    page_info: PageInfo


async def tier_history(
    context: RequestContext, member: str, first: int | None, after: str | None
) -> TierChangeConnection:
    """Newest first. Raises BAD_REQUEST for a bad page or cursor."""
    size, cursor = page_size(first), read_cursor(after, _LIST, int)
    page = await list_history(context.services, member, first=size, before=cursor[0] if cursor else None)
    edges = [
        TierChangeEdge(cursor=write_cursor(_LIST, entry.seq), node=_change(context, entry, mark))
        for entry, mark in page.changes
    ]
    info = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=cursor)
    return TierChangeConnection(edges=edges, page_info=info)


def _change(context: RequestContext, entry: LedgerEntry, mark: TierMark) -> TierChange:
    given = entry.changes.override
    return TierChange(
        code=mark.code,
        tier=tier_of(context.program, mark.code),
        since=mark.since,
        until=given.until if given and given.code == mark.code else None,
        entry=Entry.of(entry),
        by=Actor(row=entry.actor),
    )
