"""What everyone may have together is given exactly, however many ask for it at once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from cache.client import Cache
from domain.program.earning import Campaign, Cap, CapPeriod, EarningRule, Waits
from mongo.client import Database, open_database
from runtime.wiring import build_context
from services.context import Context
from services.earning.record_events import Recorded
from tests.support.house import Clock
from tests.support.orders import AT
from tests.support.programs import a_program
from tests.support.visits import VISIT, all_at_once, budget, entries_in, everyones, open_house, record, used, visit

MILES = EarningRule("miles", "Miles", ("visit",), 2, currency="MILES")


class Counting(CommandListener):
    """Counts the transactions that were committed."""

    commits = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.commits += event.command_name == "commitTransaction"

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to count."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to count."""


class TestRaces:
    async def test_a_thousand_events_at_the_last_ten_points_give_exactly_ten(
        self, context: Context, other: Context
    ) -> None:
        members = await open_house(context, a_program(earning=(replace(VISIT, caps=(budget(10),)),)), members=40)
        events = [visit(number, by=number % 40 + 1) for number in range(1_000)]
        entries = await all_at_once([context, other], events, calls=10)
        assert sorted(entry.points for entry in entries) == [1, 3, 3, 3]
        assert await everyones(context, members) == 10
        assert await used(context) == {"rule:visit/ever/everyone|0": 10}

    async def test_who_got_a_part_is_told_so(self, context: Context) -> None:
        await open_house(context, a_program(earning=(replace(VISIT, caps=(budget(10),)),)), members=4)
        entries = await all_at_once([context], [visit(number, by=number) for number in range(1, 5)], calls=4)
        [part] = [entry.lines[0] for entry in entries if entry.points == 1]
        assert (part.points, part.wanted, part.caps) == (1, 3, ("rule:visit/ever/everyone",))
        assert part.because.endswith("1 of 3: no more than 10 in all for everyone by this rule")

    async def test_a_campaigns_budget_holds_over_its_rules_and_a_day_over_all(
        self, context: Context, other: Context
    ) -> None:
        more = EarningRule("more", "More", ("visit",), 5, tier_multiplier=False, campaign="days")
        campaign = Campaign("days", "Days", caps=(budget(50), budget(30, CapPeriod.DAY)))
        program = a_program(earning=(replace(VISIT, campaign="days"), more), campaigns=(campaign,))
        members = await open_house(context, program, members=10)
        for day in range(2):
            events = [visit(100 * day + n, by=n % 10 + 1, at=AT - timedelta(days=day)) for n in range(60)]
            await all_at_once([context, other], events, calls=6)
        today = AT.date().toordinal()
        assert await everyones(context, members) == 50
        assert await used(context) == {
            "campaign:days/ever/everyone|0": 50,
            f"campaign:days/day/everyone|{today}": 30,
            f"campaign:days/day/everyone|{today - 1}": 20,
        }

    async def test_the_programmes_budgets_hold_in_each_currency(self, context: Context, other: Context) -> None:
        caps = (budget(20, CapPeriod.MONTH), budget(7, CapPeriod.YEAR, "MILES"))
        members = await open_house(context, a_program(earning=(VISIT, MILES), caps=caps), members=10)
        entries = await all_at_once([context, other], [visit(n, by=n % 10 + 1) for n in range(60)], calls=6)
        assert await everyones(context, members) == 20
        assert await everyones(context, members, "MILES") == 7
        assert sum(entry.points for entry in entries) == 27
        assert set((await used(context)).values()) == {20, 7}

    async def test_members_caps_and_budgets_hold_together(self, context: Context, other: Context) -> None:
        own = replace(VISIT, caps=(budget(20), Cap(4, CapPeriod.DAY)))
        members = await open_house(context, a_program(earning=(own,)), members=10)
        await all_at_once([context, other], [visit(n, by=n % 10 + 1) for n in range(60)], calls=6)
        each = [await everyones(context, [member]) for member in members]
        assert sum(each) == 20
        assert max(each) <= 4


class TestSeveralEntries:
    async def test_all_entries_of_an_event_and_what_they_use_stand_together(self, context: Context) -> None:
        waits = EarningRule(
            "later", "Later", ("visit",), 4, waits=Waits(5), caps=(budget(4),), tier_multiplier=False
        )
        [member] = await open_house(context, a_program(earning=(VISIT, waits, replace(MILES, caps=(budget(2),)))))
        entries = entries_in(await record(context, [visit(1)]))
        assert [(entry.key.rpartition("#")[2], entry.kind.value) for entry in entries] == [
            ("POINTS", "EARN"),
            ("POINTS~later", "PENDING"),
            ("MILES", "EARN"),
        ]
        assert await used(context) == {"rule:later/ever/everyone|0": 4, "rule:miles/ever/everyone|0": 2}
        assert [entry.seq for entry in entries] == [1, 2, 3]
        assert await record(context, [visit(1)]) == [Recorded(tuple(entries), duplicate=True)]
        second = entries_in(await record(context, [visit(2)]))
        assert [entry.key.rpartition("#")[2] for entry in second] == ["POINTS"]
        assert await everyones(context, [member]) == 6

    async def test_one_event_sent_by_many_at_once_uses_its_budget_once(
        self, context: Context, other: Context
    ) -> None:
        [member] = await open_house(context, a_program(earning=(replace(VISIT, caps=(budget(10),)), MILES)))
        entries = await all_at_once([context, other], [visit(1)] * 20, calls=20)
        assert {entry.hash for entry in entries} == {entry.hash for entry in entries[:2]}
        assert await everyones(context, [member]) == 3
        assert await used(context) == {"rule:visit/ever/everyone|0": 3}


class TestOnlyWhereTheyAreUsed:
    @pytest.fixture
    def commands(self) -> Counting:
        return Counting()

    @pytest.fixture
    async def watched(
        self, mongo_uri: str, database: Database, cache: Cache, clock: Clock, commands: Counting, context: Context
    ) -> AsyncIterator[Context]:
        """Another process over the stores of `context`, whose transactions are counted."""
        client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(
            mongo_uri, tz_aware=True, event_listeners=[commands]
        )
        watched = build_context(open_database(client, database.name), cache, clock)
        yield watched
        await watched.poster.close()
        await watched.signals.aclose()
        client.close()

    async def test_events_that_touch_no_budget_need_no_transaction(
        self, watched: Context, commands: Counting
    ) -> None:
        ideas = EarningRule("idea", "Idea", ("idea",), 9, caps=(budget(100),))
        members = await open_house(watched, a_program(earning=(VISIT, ideas)), members=3)
        entries_in(await record(watched, [visit(n, by=n % 3 + 1) for n in range(30)]))
        assert (await everyones(watched, members), commands.commits) == (90, 0)

    async def test_once_a_budget_is_used_up_events_need_no_transaction_any_more(
        self, watched: Context, commands: Counting
    ) -> None:
        members = await open_house(
            watched, a_program(earning=(replace(VISIT, caps=(budget(6),)), MILES)), members=3
        )
        entries_in(await record(watched, [visit(1), visit(2, by=2)]))
        assert commands.commits == 2
        entries_in(await record(watched, [visit(n, by=n % 3 + 1) for n in range(10, 40)]))
        assert (await everyones(watched, members), commands.commits) == (6, 2)
        assert await everyones(watched, members, "MILES") == 64

    async def test_a_rule_that_does_not_fire_uses_none(self, watched: Context, commands: Counting) -> None:
        never = replace(VISIT, caps=(budget(6),), when='event.channel == "web"')
        members = await open_house(watched, a_program(earning=(never, MILES)))
        entries_in(await record(watched, [visit(1)]))
        assert (await everyones(watched, members, "MILES"), commands.commits) == (2, 0)


class TestLimits:
    async def test_a_budget_that_a_new_version_raises_goes_on_where_it_was(self, context: Context) -> None:
        small = a_program(earning=(replace(VISIT, caps=(budget(4),)),))
        members = await open_house(context, small, members=2)
        entries_in(await record(context, [visit(1), visit(2, by=2)]))
        assert await everyones(context, members) == 4
        await open_house(context, a_program(earning=(replace(VISIT, caps=(budget(9),)),)))
        entries_in(await record(context, [visit(n, by=n % 2 + 1) for n in range(3, 8)]))
        assert await everyones(context, members) == 9
