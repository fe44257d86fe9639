"""The past as a simulation reads it: events in the order in which they happened, with their people."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from domain.earning.events.own import SOURCE
from domain.earning.events.plain import event_from_plain
from domain.ledger.state import State
from domain.program.program import Program
from domain.simulation.figure import figure_of, has_own_days
from domain.simulation.replay import Replay
from domain.simulation.sample import Sample
from domain.simulation.span import Span
from mongo.events import Past
from services.context import Context

PAGE = 2_000
_IDS = 1_000
_HEADS_AT_ONCE = 50
_JUST_BEFORE = timedelta(milliseconds=1)
_OWN = f"{SOURCE}|"
_Item = TypeVar("_Item")
Hear = Callable[[int], None]
"""Told how many events have been read; what it raises ends the replay."""


@dataclass(frozen=True, slots=True)
class History:
    """Which events: of the members of a sample, in a span, as far as they had been claimed by `claimed_by`."""

    span: Span
    sample: Sample
    claimed_by: datetime


async def replay_history(context: Context, program: Program, history: History, hear: Hear) -> Replay:
    """All of the history through one programme, in this process; nothing is written.

    What Regulars itself once made of it is left out, and made anew as this programme would have it.
    """
    span = history.span
    followed = await context.events.members_of(_about_orders(program), span.begin, span.until)
    replay = Replay(program, span, sample=history.sample, followed=followed)
    if has_own_days(program):
        await _know_everyone(context, replay, history)
    read = 0
    pages = context.events.history(span.begin, span.until, claimed_by=history.claimed_by, limit=PAGE)
    async for page in _ahead(pages):
        events = [one for one in page if _counts(one, history.sample)]
        await _know(context, replay, {one.member for one in events}, span)
        for one in events:
            replay.step(event_from_plain(one.body, one.member))
        read += len(page)
        hear(read)
    replay.finish()
    return replay


def _about_orders(program: Program) -> tuple[str, ...]:
    return (*program.refunded_on, *(program.pending.released_on if program.pending else ()))


def _counts(one: Past, sample: Sample) -> bool:
    return not one.id.startswith(_OWN) and sample.includes(one.member)


async def _know_everyone(context: Context, replay: Replay, history: History) -> None:
    after: str | None = None
    while ids := await context.members.ids(after=after, limit=_IDS):
        await _know(context, replay, {id for id in ids if history.sample.includes(id)}, history.span)
        after = ids[-1]


async def _know(context: Context, replay: Replay, members: Iterable[str], span: Span) -> None:
    """Makes members known, and those who brought them."""
    new = {id for id in members if id not in replay.figures}
    while new:
        found = await context.members.get_many(new)
        starts = await _starts(context, list(found), span.begin) if span.begin else {}
        replay.know({id: figure_of(replay.program, member) for id, member in found.items()}, starts)
        brought = {member.referred_by for member in found.values() if member.referred_by}
        new = {id for id in brought if id not in replay.figures} - new


async def _starts(context: Context, members: list[str], begin: datetime) -> dict[str, State]:
    """What the ledger knew of the members just before the beginning."""
    starts: dict[str, State] = {}
    for place in range(0, len(members), _HEADS_AT_ONCE):
        some = members[place : place + _HEADS_AT_ONCE]
        heads = await asyncio.gather(*(context.ledger.head_as_of(id, begin - _JUST_BEFORE) for id in some))
        starts |= {id: head.after for id, head in zip(some, heads, strict=True)}
    return starts


async def _ahead(pages: AsyncIterator[_Item]) -> AsyncIterator[_Item]:
    """The same pages, the next of which is read while one is worked upon."""
    coming = asyncio.ensure_future(anext(pages, None))
    try:
        while (page := await coming) is not None:
            coming = asyncio.ensure_future(anext(pages, None))
            # The question is on its way before the work begins.
            await asyncio.sleep(0)
            yield page
    finally:
        coming.cancel()
        # It may be reading still, and the connection is closed next.
        await asyncio.wait({coming})
