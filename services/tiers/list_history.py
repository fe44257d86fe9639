"""The tiers that a member has had, newest first, each with the entry that says so."""

from dataclasses import dataclass

from domain.ledger.entry import Entry
from domain.ledger.state import TierMark
from services.context import Context


@dataclass(frozen=True, slots=True)
class TierHistory:
    """Entries with the mark that each has, and whether more follow."""

    changes: tuple[tuple[Entry, TierMark], ...]
    has_next: bool


async def list_history(
    context: Context, member: str, *, first: int = 20, before: int | None = None
) -> TierHistory:
    """At most `first` entries with a sequence below `before`.

    An end that nobody has noted yet is not among them: the sweep writes it within minutes.
    """
    found = await context.ledger.marks(member, first=first + 1, before=before)
    return TierHistory(tuple((entry, _mark(entry)) for entry in found[:first]), len(found) > first)


def _mark(entry: Entry) -> TierMark:
    if entry.changes.tier is None:
        raise LookupError(f"entry {entry.seq} was found by its mark and has none")
    return entry.changes.tier
