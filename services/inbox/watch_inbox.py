"""A member's inbox as it grows."""

import asyncio
from collections.abc import AsyncGenerator

from domain.inbox.message import InboxRow
from services.context import Context
from services.hints import hinted_seq

PAGE = 100
FEW = 10
"""Rows that are read by their names rather than as the rest of an inbox."""


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
                if (wanted := hinted_seq(hint)) <= last:
                    continue
                named = await _named(context, member, last, wanted)
                if named is None:
                    break
                for row in named:
                    last = row.seq
                    yield row


async def _named(context: Context, member: str, last: int, wanted: float) -> list[InboxRow] | None:
    """The few rows up to the one that a signal names, read together with those of everybody else who watches here;
    None when they are more, or do not all stand: then the inbox is read on."""
    if wanted - last > FEW:
        return None
    seqs = range(last + 1, int(wanted) + 1)
    rows = await asyncio.gather(*(context.gathered.row(member, seq) for seq in seqs))
    found = [row for row in rows if row is not None]
    return found if len(found) == len(rows) else None
