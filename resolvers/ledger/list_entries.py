"""A page of a member's entries."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from resolvers.context import RequestContext
from resolvers.errors import bad_request
from resolvers.given import ABSENT, given
from resolvers.ledger.entry import Entry as ShownEntry
from resolvers.ledger.entry import EntryConnection, EntryEdge
from resolvers.paging import page_info, page_size, read_cursor, write_cursor
from services.ledger.read_entries import EntryFilter as Wanted
from services.ledger.read_entries import read_entries


@strawberry.input
class EntryFilter:
    """Which entries; `from` ≤ effectiveAt < `to`. No kinds, or an empty list, means any."""

    kinds: list[EntryKind] | None = ABSENT
    currency: str | None = ABSENT
    since: datetime | None = strawberry.field(name="from", default=ABSENT)
    until: datetime | None = strawberry.field(name="to", default=ABSENT)


async def list_entries(
    context: RequestContext, member: str, first: int | None, after: str | None, wanted: EntryFilter | None
) -> EntryConnection:
    """Newest first. Raises BAD_REQUEST for a bad page, cursor or currency."""
    size, cursor = page_size(first), read_cursor(after, "entries", int)
    asked = _asked(context, wanted) if wanted else Wanted()
    before = cursor[0] if cursor else None
    page = await read_entries(context.services, member, asked, first=size, before=before)
    _prime(context, page.entries, newest=before is None and asked == Wanted())
    edges = [EntryEdge(cursor=write_cursor("entries", one.seq), node=ShownEntry.of(one)) for one in page.entries]
    info = page_info([edge.cursor for edge in edges], has_next=page.has_next, after=cursor)
    return EntryConnection(edges=edges, page_info=info)


def _prime(context: RequestContext, entries: Sequence[Entry], *, newest: bool) -> None:
    """Tells the loaders what is known. What follows an entry is newer: the newest page has all that follows it."""
    following: dict[int, list[Entry]] = {}
    for entry in reversed(entries):
        context.loaders.entries.prime((entry.member, entry.seq), entry)
        if entry.reverses is not None:
            following.setdefault(entry.reverses, []).append(entry)
    for entry in entries if newest else ():
        context.loaders.following.prime((entry.member, entry.seq), following.get(entry.seq))


def _asked(context: RequestContext, wanted: EntryFilter) -> Wanted:
    currency, kinds = given(wanted.currency), given(wanted.kinds)
    if context.program.currency(currency) is None:
        raise bad_request(f"The programme has no currency {currency}.")
    return Wanted(frozenset(kinds) if kinds else None, currency, given(wanted.since), given(wanted.until))
