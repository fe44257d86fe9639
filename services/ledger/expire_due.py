"""Writes what time has done to members who do nothing themselves: expiries, releases, holds that end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from domain.ledger.entry import Head
from domain.ledger.posting import SETTLE, Decision
from domain.ledger.settle import next_moment
from domain.time import MILLISECOND
from mongo.accounts import Projected
from services.context import Context
from services.ledger.poster import Posted, Posting

PAGE = 500
# No entry ever stands under it: what the sweep writes has the keys of steps of time.
_KEY = "sweep"


async def expire_due(context: Context, now: datetime) -> int:
    """Expires, releases and ends whatever is due by `now`; how many members had anything due.

    It takes time in proportion to those members. Stopped and run again, or run by several at once, it writes
    each step once. Reads are right without it: they settle the state themselves.
    """
    settled = 0
    async for page in members_due(context, now + MILLISECOND):
        outcomes = await asyncio.gather(*(_settle(context, one.member, now) for one in page))
        settled += sum(outcomes)
    return settled


async def members_due(context: Context, before: datetime) -> AsyncIterator[list[Projected]]:
    """Pages of the members to whom time does something before `before`, soonest first."""
    after = None
    while page := await context.accounts.due(before, after=after, limit=PAGE):
        yield page
        last = page[-1]
        after = (next_moment(last.state) or before, last.member)


async def _settle(context: Context, member: str, now: datetime) -> bool:
    outcome = await context.poster.post(Posting(member, _KEY, "", _only_settle, at=now, fresh=True))
    return isinstance(outcome, Posted)


def _only_settle(head: Head, at: datetime) -> Decision:
    return SETTLE
