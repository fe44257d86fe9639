"""The heads of all members, in pages: what a projection is compared with."""

from collections.abc import AsyncIterator

from domain.ledger.entry import Head
from services.context import Context

PAGE = 500


async def pages_of_heads(context: Context) -> AsyncIterator[list[Head]]:
    """The heads of every member who has entries; one page at a time in memory."""
    after: str | None = None
    while members := await context.members.ids(after=after, limit=PAGE):
        heads = await context.ledger.heads(members)
        yield [head for head in heads.values() if head.seq]
        after = members[-1]
