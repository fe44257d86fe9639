"""What a member has, as it changes."""

from collections.abc import AsyncGenerator
from math import inf

from services.context import Context
from services.hints import hinted_seq
from services.ledger.read_states import AccountView, read_states, view_of


def account_channel(member: str) -> str:
    """The channel that is told of a member's new entries."""
    return f"account:{member}"


async def watch_balance(context: Context, member: str) -> AsyncGenerator[AccountView, None]:
    """The state now, then after each entry; sequences only grow. It never ends by itself.

    Entries that come faster than they are taken are given as their newest state. While Redis is away it looks
    once a second. Raises StoreUnavailable: begin again.
    """
    async with context.signals.listen(account_channel(member)) as hints:
        view = (await read_states(context, [member]))[member]
        yield view
        async for hint in hints:
            wanted = hinted_seq(hint)
            if wanted <= view.seq:
                continue
            newer = await _newest(context, member, wanted)
            if newer.seq > view.seq:
                view = newer
                yield view


async def _newest(context: Context, member: str, wanted: float) -> AccountView:
    if wanted != inf:
        view = (await read_states(context, [member]))[member]
        if view.seq >= wanted:
            return view
    # Signals were missed, or Redis has yet to hear of the entry that this one is about: the ledger knows.
    head = await context.ledger.head(member)
    return view_of(member, head.seq, head.after, context.clock())
