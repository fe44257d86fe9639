"""Whatever is bought, returned and reversed, by two processes at once: no cap is overrun, and room comes back."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from domain.earning.events.intake import RecordEvent
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.state import State
from domain.members.lookup import MemberLookup
from domain.program.earning import Campaign, Cap, CapPeriod, EarningRule, Waits
from domain.program.engagement import Challenge, Counter, Counts, Step
from services.context import Context
from services.ledger.verify_ledger import verify_ledger
from services.support.reverse_entry import ReverseEntry, reverse_entry
from tests.support.house import Clock
from tests.support.orders import answers, loaves, purchase, refund
from tests.support.people import ADMIN
from tests.support.programs import SPEND, a_program
from tests.support.recount_budgets import recount_budgets
from tests.support.sound import sound
from tests.support.visits import budget, open_house, used

DAILY, MONTHLY, ALL, CAMPAIGN, MILES_A_DAY = 60, 200, 400, 150, 7
SPENT = replace(SPEND, caps=(Cap(DAILY, CapPeriod.DAY), budget(ALL)), tier_multiplier=False)
MORE = EarningRule("more", "More", ("purchase",), 9, campaign="days", waits=Waits(2), tier_multiplier=False)
MILES = EarningRule("miles", "Miles", ("purchase",), 3, currency="MILES", caps=(Cap(MILES_A_DAY, CapPeriod.DAY),))
BREADS = 'line.category == "BAKERY"'
PROGRAM = a_program(
    earning=(SPENT, MORE, MILES),
    campaigns=(Campaign("days", "Days", caps=(budget(CAMPAIGN),)),),
    caps=(Cap(MONTHLY, CapPeriod.MONTH),),
    counters=(
        Counter("breads", ("purchase",), Counts.UNITS, lines=BREADS),
        Counter("days", ("purchase",), Counts.DAYS),
    ),
    challenges=(
        Challenge(
            "twelve",
            "T",
            ("purchase",),
            12,
            "",
            Counts.UNITS,
            lines=BREADS,
            repeats=None,
            steps=(Step(6, 2),),
            points=3,
        ),
    ),
)
LIMITS = {
    "rule:spend/day": DAILY,
    "program:POINTS/month": MONTHLY,
    "rule:miles/day": MILES_A_DAY,
}


class Shop:
    """Two members who buy and return, and staff who reverse, as a seed chooses."""

    def __init__(self, seed: int, processes: list[Context], clock: Clock) -> None:
        self.random, self.processes, self.clock = Random(seed), processes, clock
        self.orders: dict[str, int] = {}

    async def step(self, number: int) -> None:
        """A few things at the same moment; some of them twice, by both processes."""
        work: list[Awaitable[object]] = []
        for place in range(self.random.randint(1, 4)):
            process = self.processes[place % 2]
            what = self.random.choice("PPPRRS") if self.orders else "P"
            if what == "S":
                work.append(self._reverse(process, f"{number}-{place}"))
                continue
            event = self._purchase(f"o{number}-{place}") if what == "P" else self._refund(f"r{number}-{place}")
            work += [answers(one, event) for one in (process, *self.random.choice(([], self.processes)))]
        await asyncio.gather(*work)

    def _purchase(self, id: str) -> RecordEvent:
        member = self.random.randint(1, 2)
        self.orders[id] = member
        at = self.clock.now - timedelta(days=self.random.choice([0, 0, 0, 1, 20]))
        return purchase(id, member=MemberLookup(external_id=f"ext-{member}"), occurred_at=at)

    def _refund(self, id: str) -> RecordEvent:
        order = self.random.choice(list(self.orders))
        lines = self.random.choice([(), (loaves(self.random.randint(1, 3)),)])
        member = MemberLookup(external_id=f"ext-{self.orders[order]}")
        return refund(id, *lines, order=order, member=member, occurred_at=self.clock.now)

    async def _reverse(self, process: Context, key: str) -> None:
        member = f"m{self.random.randint(1, 2):019d}"
        head = await process.ledger.head(member)
        sequence, points = self.random.randint(1, head.seq or 1), self.random.choice([None, 3])
        await reverse_entry(process, ADMIN, ReverseEntry(member, sequence, "GOODWILL", key, points))


def over(states: Iterable[State]) -> list[tuple[str, int]]:
    """Caps of members that have more than they may."""
    return [
        (code, bucket.amount)
        for state in states
        for code, limit in LIMITS.items()
        for bucket in state.counters.get(code, ())
        if bucket.amount > limit
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_no_cap_is_overrun_and_budgets_are_what_the_ledger_says(
    context: Context, other: Context, clock: Clock, seed: int
) -> None:
    members = await open_house(context, PROGRAM, members=2)
    shop = Shop(seed, [context, other], clock)
    for number in range(25):
        await shop.step(number)
        if number % 3 == 0:
            clock.advance(hours=shop.random.choice([1, 20, 60]))
    histories: list[list[Entry]] = [await sound(context.ledger, member.id) for member in members]
    assert over(entry.after for entries in histories for entry in entries) == []
    found = await used(context)
    assert {id: points for id, points in found.items() if points} == await recount_budgets(context)
    assert found["rule:spend/ever/everyone|0"] <= ALL
    assert found["campaign:days/ever/everyone|0"] <= CAMPAIGN
    kinds = {entry.kind for entries in histories for entry in entries}
    assert {EntryKind.EARN, EntryKind.PENDING, EntryKind.REVERSE} <= kinds
    assert (await verify_ledger(context)).violations == []


@pytest.mark.parametrize("seed", [9, 10])
async def test_everything_returned_leaves_caps_counters_and_challenges_as_if_nothing_had_been(
    context: Context, other: Context, clock: Clock, seed: int
) -> None:
    members = await open_house(context, PROGRAM, members=2)
    shop = Shop(seed, [context, other], clock)
    for number in range(15):
        await shop.step(number)
    for order, member in shop.orders.items():
        who = MemberLookup(external_id=f"ext-{member}")
        await answers(context, refund(f"all-{order}", order=order, member=who, occurred_at=clock.now))
    for one in members:
        assert (await context.ledger.head(one.id)).after.counters == {}
    assert set((await used(context)).values()) == {0}
