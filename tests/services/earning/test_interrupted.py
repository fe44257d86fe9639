"""An event of several entries that is cut short between any two of them is finished as it was judged."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.ledger.entry import Entry
from domain.members.member import Member
from domain.program.earning import Cap, CapPeriod, EarningRule, Stack, Waits
from domain.program.engagement import Counter
from mongo.client import Client, Database, open_database
from mongo.faults import StoreUnavailable
from mongo.ledger import Ledger
from mongo.transactions import Transactions
from services.context import Context
from services.earning.record_events import finish_events
from services.ledger.poster import Outcome, Poster, Posting
from services.program.publish_program import publish_program
from tests.support.house import Clock
from tests.support.programs import a_program
from tests.support.sound import sound
from tests.support.visits import VISIT, budget, entries_in, open_house, record, used, visit

DAILY = (Cap(10, CapPeriod.DAY),)
# Each is given once a day: what the first entry counts would leave nothing for the others.
WELCOME = EarningRule("welcome", "Welcome", ("visit",), 10, caps=DAILY, waits=Waits(3), tier_multiplier=False)
MILES = EarningRule("miles", "Miles", ("visit",), 10, currency="MILES", caps=DAILY, tier_multiplier=False)
FIRST = EarningRule("first", "First", ("visit",), 5, currency="MILES", when="counters.visits == 0")
PROGRAM = a_program(
    earning=(VISIT, WELCOME, MILES, FIRST), counters=(Counter("visits", ("visit",)),), tiers=a_program().tiers
)
WHOLE = [("POINTS", 3), ("POINTS~welcome", 10), ("MILES", 15)]


class Dying(Poster):
    """The poster of a process that dies after some entries."""

    lives = 0

    async def post(self, posting: Posting) -> Outcome:
        self._live_on()
        return await super().post(posting)

    async def post_with(self, posting: Posting, *others: Any, **more: Any) -> Outcome:
        self._live_on()
        return await super().post_with(posting, *others, **more)

    def _live_on(self) -> None:
        if not self.lives:
            raise StoreUnavailable("killed")
        self.lives -= 1


@pytest.fixture
def dying(context: Context, database: Database, mongo_client: Client) -> Context:
    """A process over the stores of `context` that will not live long."""
    own = open_database(mongo_client, database.name)
    return replace(context, poster=Dying(Ledger(own), Transactions(own.client), context.clock))


async def die_after(dying: Context, entries: int, number: int = 1) -> None:
    """A process records a visit and dies when it has written so many of its entries."""
    assert isinstance(dying.poster, Dying)
    dying.poster.lives = entries
    with pytest.raises(StoreUnavailable):
        await record(dying, [visit(number)])


async def written(context: Context, member: Member) -> list[tuple[str, int]]:
    """What stands of the member, by what the keys end with; each entry keeps the laws."""
    return [(suffix(entry), entry.changes.earned) for entry in await sound(context.ledger, member.id)]


def suffix(entry: Entry) -> str:
    return entry.key.rpartition("#")[2]


class TestEveryPoint:
    async def test_uninterrupted_it_writes_three_entries(self, context: Context) -> None:
        [member] = await open_house(context, PROGRAM)
        entries_in(await record(context, [visit(1)]))
        assert await written(context, member) == WHOLE

    @pytest.mark.parametrize("entries", [0, 1, 2])
    async def test_a_retry_finishes_it(self, context: Context, dying: Context, entries: int) -> None:
        [member] = await open_house(context, PROGRAM)
        await die_after(dying, entries)
        assert await written(context, member) == WHOLE[:entries]
        again = entries_in(await record(context, [visit(1)]))
        assert [suffix(entry) for entry in again] == [name for name, _ in WHOLE]
        assert await written(context, member) == WHOLE

    @pytest.mark.parametrize("entries", [0, 1, 2])
    async def test_the_sweep_finishes_it(self, context: Context, dying: Context, entries: int) -> None:
        [member] = await open_house(context, PROGRAM)
        await die_after(dying, entries)
        left = await context.events.unfinished(before=context.clock() + timedelta(seconds=1), limit=9)
        await finish_events(context, left)
        assert await written(context, member) == WHOLE
        assert await context.events.unfinished(before=context.clock() + timedelta(days=1), limit=9) == []

    @pytest.mark.parametrize("entries", [1, 2])
    async def test_what_happened_meanwhile_does_not_move_it(
        self, context: Context, dying: Context, entries: int
    ) -> None:
        [member] = await open_house(context, PROGRAM)
        await die_after(dying, entries)
        # The day's caps are full with the visit that was cut short, so that this one gives only the visit itself.
        assert [entry.points for entry in entries_in(await record(context, [visit(2)]))] == [3]
        entries_in(await record(context, [visit(1)]))
        assert sorted(await written(context, member)) == sorted([*WHOLE, ("POINTS", 3)])

    @pytest.mark.parametrize("entries", [0, 1, 2])
    async def test_retries_and_the_sweep_at_once_finish_it_once(
        self, context: Context, other: Context, dying: Context, entries: int
    ) -> None:
        [member] = await open_house(context, PROGRAM)
        await die_after(dying, entries)
        left = await context.events.unfinished(before=context.clock() + timedelta(seconds=1), limit=9)
        await asyncio.gather(
            *(record(process, [visit(1)]) for process in (context, other) for _ in range(4)),
            *(finish_events(process, left) for process in (context, other)),
        )
        assert await written(context, member) == WHOLE

    async def test_a_version_published_meanwhile_does_not_judge_what_was_only_counted(
        self, context: Context, dying: Context, clock: Clock
    ) -> None:
        visits = (Counter("visits", ("visit",)),)
        [member] = await open_house(context, a_program(earning=(WELCOME,), counters=visits))
        await die_after(dying, 1)
        assert await written(context, member) == [("POINTS", 0)]
        clock.advance(minutes=1)
        await publish_program(context, SYSTEM, a_program(earning=(MILES,), counters=visits))
        entries_in(await record(context, [visit(1)]))
        assert await written(context, member) == [("POINTS", 0), ("POINTS~welcome", 10)]


class TestFirstEntries:
    async def test_an_event_that_gives_nothing_in_the_default_currency_is_found_by_what_it_wrote(
        self, context: Context, dying: Context
    ) -> None:
        [member] = await open_house(context, a_program(earning=(MILES, replace(WELCOME, currency="MILES"))))
        await die_after(dying, 2)  # the first one finds nothing to write in points
        # By now points are given for it as well, which would be its first entry.
        await open_house(context, PROGRAM)
        entries_in(await record(context, [visit(1)]))
        assert await written(context, member) == [("MILES", 10), ("MILES~welcome", 10)]


class TestBudgets:
    async def test_what_uses_a_budget_is_written_with_it_or_not_at_all(
        self, context: Context, dying: Context
    ) -> None:
        program = replace(PROGRAM, caps=(budget(20), budget(100, currency="MILES")))
        [member] = await open_house(context, program)
        await die_after(dying, 0)
        assert await written(context, member) == []
        assert set((await used(context)).values()) == {0}
        entries_in(await record(context, [visit(1)]))
        assert await written(context, member) == WHOLE
        assert sorted((await used(context)).values()) == [13, 15]

    async def test_one_that_is_cut_short_when_a_budget_was_used_up_gets_none_of_it_later(
        self, context: Context, dying: Context
    ) -> None:
        program = replace(PROGRAM, earning=(VISIT, WELCOME, replace(MILES, caps=(budget(10),)), FIRST))
        [member, _] = await open_house(context, program, members=2)
        entries_in(await record(context, [visit(9, by=2)]))
        await die_after(dying, 1)
        await context.rooms._budgets._budgets.update_many({}, {"$set": {"used": 0}})
        entries_in(await record(context, [visit(1)]))
        assert await written(context, member) == [("POINTS", 3), ("POINTS~welcome", 10), ("MILES", 5)]
        assert await used(context) == {"rule:miles/ever/everyone|0": 0}

    async def test_one_that_is_finished_twice_gives_only_the_best_of_a_group(
        self, context: Context, dying: Context
    ) -> None:
        best = replace(WELCOME, caps=(budget(10),), stack=Stack.BEST, group="g")
        program = replace(
            PROGRAM, earning=(best, replace(VISIT, stack=Stack.BEST, group="g", waits=Waits(1))), counters=()
        )
        [member] = await open_house(context, program)
        await die_after(dying, 0)
        left = await context.events.unfinished(before=context.clock() + timedelta(seconds=1), limit=9)
        for _ in range(2):
            await finish_events(context, left)
            assert await written(context, member) == [("POINTS", 0), ("POINTS~welcome", 10)]
