"""A member's redemptions, newest first, with the entries that they made."""

from dataclasses import dataclass
from datetime import datetime

from domain.ledger.entry import Entry
from domain.rewards.redemption import Redemption, RedemptionStatus
from services.context import Context


@dataclass(frozen=True, slots=True)
class RedemptionPage:
    """A part of the list, whether more follows, and the list's entries by (member, sequence)."""

    redemptions: tuple[Redemption, ...]
    has_next: bool
    entries: dict[tuple[str, int], Entry]


async def list_redemptions(
    context: Context,
    member: str,
    *,
    first: int = 20,
    after: tuple[datetime, str] | None = None,
    status: RedemptionStatus | None = None,
) -> RedemptionPage:
    """At most `first` redemptions behind `after` = (created, id), in one query."""
    found = await context.redemptions.page(
        member, first=first + 1, now=context.clock(), after=after, status=status
    )
    shown = found[:first]
    entries = {(entry.member, entry.seq): entry for _, entry in shown if entry}
    return RedemptionPage(tuple(redemption for redemption, _ in shown), len(found) > first, entries)
