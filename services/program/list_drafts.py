"""Drafts with how far each has come, the last saved first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.program.versions import Draft, DraftStatus, draft_status
from services.context import Context
from services.program.refuse_unsimulated import is_simulated


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A part of the list, and whether more follows."""

    drafts: tuple[Draft, ...]
    has_next: bool


async def list_drafts(
    context: Context, *, first: int = 20, after: tuple[datetime, str] | None = None
) -> DraftPage:
    """At most `first` drafts behind `after` = (saved, id)."""
    found = await context.drafts.page(first=first + 1, after=after)
    return DraftPage(tuple(found[:first]), len(found) > first)


async def statuses(context: Context, drafts: Sequence[Draft]) -> list[DraftStatus]:
    """How far each of the drafts has come by now."""
    current, now = await context.programs.current(), context.clock()
    return [
        draft_status(draft, simulated=await is_simulated(context, draft.hash, current.version, now))
        for draft in drafts
    ]
