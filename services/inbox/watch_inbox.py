"""A member's inbox as it grows."""

from collections.abc import AsyncGenerator

from domain.inbox.message import InboxRow
from services.context import Context
from services.hints import hinted_seq

PAGE = 100


def inbox_channel(member: str) -> str:
    """The channel that is told of a member's new rows."""
    return f"inbox:{member}"


async def watch_inbox(context: Context, member: str, after: int | None) -> AsyncGenerator[InboxRow, None]:
    """Every row after `after`, then each new one, oldest first; None: only new ones. It never ends by itself.

    Signals only say when to look: rows are read after the last one given, so that none is missed or doubled.
    While Redis is away it looks once a second. Raises StoreUnavailable: begin again after the last row.
    """
    async with context.signals.listen(inbox_channel(member)) as hints:
        last = await context.inbox.last_seq(member) if after is None else after
        while True:
            while rows := await context.inbox.since(member, last, limit=PAGE):
                for row in rows:
                    last = row.seq
                    yield row
            async for hint in hints:
                if hinted_seq(hint) > last:
                    break
