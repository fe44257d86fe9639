"""A member's entries, newest first."""

from dataclasses import dataclass
from datetime import datetime

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from services.context import Context


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries: of these kinds (None: any), in a currency, with `since` ≤ effective at < `until`."""

    kinds: frozenset[EntryKind] | None = None
    currency: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A part of the list, and whether more follows."""

    entries: tuple[Entry, ...]
    has_next: bool


ALL = EntryFilter()


async def read_entries(
    context: Context, member: str, wanted: EntryFilter = ALL, *, first: int = 20, before: int | None = None
) -> EntryPage:
    """At most `first` entries with a sequence below `before`."""
    if wanted.kinds is not None and not wanted.kinds:
        return EntryPage((), False)
    found = await context.ledger.page(
        member,
        first=first + 1,
        before=before,
        kinds=sorted(wanted.kinds or ()),
        currency=wanted.currency,
        since=wanted.since,
        until=wanted.until,
    )
    return EntryPage(tuple(found[:first]), len(found) > first)
