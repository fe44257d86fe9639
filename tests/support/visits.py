"""Visits in tests: events of many members that give points under caps."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from domain.actors import SYSTEM
from domain.earning.events.intake import RecordEvent
from domain.ledger.entry import Entry
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.earning import Cap, CapOf, CapPeriod, EarningRule
from domain.program.program import Program
from domain.refusals import Refused
from services.context import Context
from services.earning.record_events import Recorded, Result, record_events
from services.program.publish_program import publish_program
from tests.support.ledger import SHOP
from tests.support.members import a_member
from tests.support.orders import AT
from tests.support.sound import sound

EVERYONE = CapOf.EVERYONE
VISIT = EarningRule("visit", "Visit", ("visit",), 3, tier_multiplier=False)


def budget(points: int, per: CapPeriod = CapPeriod.EVER, currency: str | None = None) -> Cap:
    """A cap of everyone."""
    return Cap(points, per, EVERYONE, currency)


async def open_house(context: Context, program: Program, *, members: int = 1) -> list[Member]:
    """Members under a programme that is in force."""
    await publish_program(context, SYSTEM, program)
    them = [a_member(number) for number in range(1, members + 1)]
    await context.members.insert_many(them)
    return them


def visit(number: int, *, by: int = 1, at: datetime = AT, type: str = "visit") -> RecordEvent:
    """The visit `number`, of the member `by`."""
    return RecordEvent("shop", f"v{number}", type, MemberLookup(external_id=f"ext-{by}"), at)


async def record(context: Context, events: Sequence[RecordEvent], *, backdated: bool = False) -> list[Result]:
    """What each event is answered, in one call."""
    return await record_events(context, SHOP, events, backdated=backdated)


async def all_at_once(contexts: Sequence[Context], events: Sequence[RecordEvent], *, calls: int) -> list[Entry]:
    """What all events write, in so many calls at the same moment, by processes in turn."""
    barrier = asyncio.Barrier(calls)

    async def call(number: int) -> list[Result]:
        await barrier.wait()
        return await record(contexts[number % len(contexts)], events[number::calls])

    return entries_in(chain.from_iterable(await asyncio.gather(*map(call, range(calls)))))


def entries_in(results: "chain[Result] | list[Result]") -> list[Entry]:
    """The entries of events, none of which was refused."""
    entries: list[Entry] = []
    for result in results:
        assert not isinstance(result, Refused), result
        assert isinstance(result, Recorded)
        entries += result.entries
    return entries


async def used(context: Context) -> dict[str, int]:
    """What was used of each budget."""
    return {budget.id: budget.used async for budget in context.rooms.all()}


async def everyones(context: Context, members: Sequence[Member], currency: str = "POINTS") -> int:
    """What all members have, of whom every entry keeps the laws."""
    total = 0
    for member in members:
        entries = await sound(context.ledger, member.id)
        total += entries[-1].after.account(currency).available if entries else 0
    return total
