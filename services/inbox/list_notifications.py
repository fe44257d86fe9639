"""A page of a member's inbox."""

from dataclasses import dataclass

from domain.inbox.message import InboxRow
from services.context import Context


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Rows newest first, whether there are older ones, and how many of all the member's rows are unread."""

    rows: tuple[InboxRow, ...]
    has_more: bool
    unread: int


async def list_notifications(
    context: Context, member: str, *, first: int, before: int | None = None, unread_only: bool = False
) -> InboxPage:
    """At most `first` of the member's rows, newest first, of a sequence below `before`."""
    rows, unread = await context.inbox.page_with_unread(
        member, first=first + 1, before=before, unread_only=unread_only
    )
    return InboxPage(tuple(rows[:first]), len(rows) > first, unread)
