"""The tiers that a member has had, newest first, each with the entry that says so."""

from dataclasses import dataclass

from domain.ledger.entry import Entry
from services.context import Context


@dataclass(frozen=True, slots=True)
class TierHistory:
    """Entries with a mark, and whether more follow."""

    entries: tuple[Entry, ...]
    has_next: bool


async def list_history(
    context: Context, member: str, *, first: int = 20, before: int | None = None
) -> TierHistory:
    """At most `first` entries with a sequence below `before`.

    An end that nobody has noted yet is not among them: the sweep writes it within minutes.
    """
    found = await context.ledger.marks(member, first=first + 1, before=before)
    return TierHistory(tuple(found[:first]), len(found) > first)
