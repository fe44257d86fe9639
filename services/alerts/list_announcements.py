"""What staff have announced, or are going to: newest first."""

from datetime import datetime

from domain.alerts.announcement import Announcement
from services.context import Context


async def list_announcements(
    context: Context, *, first: int = 20, after: tuple[datetime, str] | None = None
) -> tuple[list[Announcement], bool]:
    """At most `first` behind `after` = (made, id), and whether more follow."""
    found = await context.announcements.page(first=first + 1, after=after)
    return found[:first], len(found) > first
