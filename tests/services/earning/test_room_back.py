"""What an award took under caps and budgets, and what it counted, comes back when it is taken back."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from domain.ledger.kinds import EntryKind
from domain.ledger.state import State
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.earning import Cap, CapPeriod, EarningRule, Waits
from domain.program.engagement import Badge, Challenge, Counter, Counts, Streak
from domain.program.policies import PendingAwards
from domain.program.program import Program
from domain.refusals import Code, Refused
from domain.support.approval import Approval
from services.context import Context
from services.ledger.held import Held
from services.ledger.hold_points import HoldPoints, hold_points
from services.ledger.void_hold import VoidHold, void_hold
from services.support.decide_approval import DecideApproval, decide_approval
from services.support.reverse_entry import ReverseEntry, reverse_entry
from tests.support.house import Clock
from tests.support.ledger import SHOP
from tests.support.orders import (
    AT,
    MILK,
    account,
    answers,
    delivery,
    entries_of,
    loaves,
    publish,
    purchase,
    record,
    refund,
    refusals,
)
from tests.support.people import ADMIN, AGENT, SUPERVISOR
from tests.support.programs import SPEND, a_program
from tests.support.visits import budget, used

DAY = AT.date().toordinal()
DAILY = "rule:spend/day"
BUDGET = "rule:spend/ever/everyone|0"
# 23 points for an order of 13.00, of which 10.00 is bread at twice.
CAPPED = a_program(earning=(replace(SPEND, caps=(Cap(30, CapPeriod.DAY), budget(100))),))
ORDER = Decimal("13.00")
FIVE = Challenge("five", "Five", ("purchase",), 5, "", Counts.UNITS, points=100)
ORDERS = Counter("orders", ("purchase",))


async def state(context: Context, member: Member) -> State:
    return (await context.ledger.head(member.id)).after


async def room(context: Context, member: Member) -> tuple[int, int]:
    """What is used of the member's day and of everyone's budget."""
    return (await state(context, member)).counted(DAILY, DAY), (await used(context))[BUDGET]


def reversal(sequence: int, points: int | None = None, *, key: str = "k1") -> ReverseEntry:
    return ReverseEntry(f"m{1:019d}", sequence, "GOODWILL", key, points)


class TestRefunds:
    async def test_a_whole_refund_gives_all_room_back_and_it_can_be_used_again(self, context: Context) -> None:
        member = await publish(context, CAPPED)
        await record(context, purchase("o1"))
        await record(context, purchase("o2"))
        assert await room(context, member) == (30, 30)
        await record(context, refund("r1", order="o1"))
        assert await room(context, member) == (7, 7)
        await record(context, purchase("o3"))
        assert await room(context, member) == (30, 30)
        assert (await account(context, member)).available == 30

    async def test_a_part_gives_back_its_part(self, context: Context) -> None:
        member = await publish(context, CAPPED)
        await record(context, purchase("o1"))
        await record(context, refund("r1", loaves(2)))
        assert await room(context, member) == (15, 15)
        await record(context, refund("r2", loaves(3)))
        assert await room(context, member) == (3, 3)
        await record(context, refund("r3"))
        assert await room(context, member) == (0, 0)

    async def test_the_same_refund_again_gives_nothing_back_again(self, context: Context, other: Context) -> None:
        member = await publish(context, CAPPED)
        await record(context, purchase("o1"))
        await record(context, purchase("o2"))
        both = [context, other] * 6
        await asyncio.gather(*(answers(process, refund("r1", order="o1")) for process in both))
        assert await room(context, member) == (7, 7)

    async def test_of_two_refunds_of_all_one_gives_room_back(self, context: Context, other: Context) -> None:
        member = await publish(context, CAPPED)
        await record(context, purchase("o1"))
        results = await asyncio.gather(answers(context, refund("r1")), answers(other, refund("r2")))
        assert sorted(map(str, (refusals(one)[0] for one in results)))[1] == "None"
        assert await room(context, member) == (0, 0)

    async def test_refunds_and_purchases_at_once_end_with_what_is_kept(
        self, context: Context, other: Context
    ) -> None:
        member = await publish(context, a_program(earning=(replace(SPEND, caps=(budget(1_000),)),)))
        await record(context, *(purchase(f"o{n}") for n in range(6)))
        await asyncio.gather(
            *(answers(context, refund(f"r{n}", order=f"o{n}")) for n in range(6)),
            *(answers(other, purchase(f"p{n}")) for n in range(6)),
        )
        assert await used(context) == {BUDGET: 6 * 23}
        assert (await account(context, member)).available == 6 * 23

    async def test_long_after_its_period_it_takes_back_points_and_moves_no_later_period(
        self, context: Context, clock: Clock
    ) -> None:
        roomy = replace(SPEND, caps=(Cap(30, CapPeriod.DAY), budget(1_000)))
        member = await publish(context, a_program(earning=(roomy,)))
        await record(context, purchase("o1"))
        for day in range(1, 21):  # more days than a counter keeps
            clock.advance(days=1)
            await record(context, purchase(f"p{day}", occurred_at=clock.now))
        before = (await state(context, member)).counters[DAILY]
        await record(context, refund("r1", order="o1", occurred_at=clock.now))
        after = await state(context, member)
        assert after.counters[DAILY] == before
        assert after.account("POINTS").reversed == 23
        assert (await used(context))[BUDGET] == 20 * 23

    async def test_each_of_several_entries_is_taken_back_with_its_own_room(self, context: Context) -> None:
        welcome = EarningRule("welcome", "W", ("purchase",), 9, waits=Waits(5), caps=(budget(9),))
        miles = EarningRule("miles", "M", ("purchase",), 4, currency="MILES", caps=(Cap(4, CapPeriod.DAY),))
        member = await publish(context, a_program(earning=(SPEND, welcome, miles)))
        await record(context, purchase("o1"))
        assert await used(context) == {"rule:welcome/ever/everyone|0": 9}
        back = await record(context, refund("r1"))
        assert [(one.key.rpartition("#")[2], one.changes.reversed) for one in back] == [
            ("POINTS", 23),
            ("POINTS~welcome", 9),
            ("MILES", 4),
        ]
        after = await state(context, member)
        assert (after.counted("rule:miles/day", DAY), await used(context)) == (
            0,
            {"rule:welcome/ever/everyone|0": 0},
        )
        await entries_of(context, member)


class TestDeliveries:
    async def test_a_delivery_releases_every_entry_of_its_order(self, context: Context) -> None:
        welcome = EarningRule("welcome", "W", ("purchase",), 9, waits=Waits(None), tier_multiplier=False)
        miles = EarningRule("miles", "M", ("purchase",), 4, currency="MILES")
        pending = PendingAwards(("purchase",), None, ("delivery",))
        member = await publish(context, a_program(earning=(SPEND, welcome, miles), pending=pending))
        await record(context, purchase("o1"))
        released = await record(context, delivery("d1", "o1"))
        assert [(one.key, one.points) for one in released] == [
            ("release:shop|d1#POINTS", 23),
            ("release:shop|d1#POINTS~welcome", 9),
            ("release:shop|d1#MILES", 4),
        ]
        [again] = await answers(context, delivery("d1", "o1"))
        assert not isinstance(again, Refused)
        assert again.entries == tuple(released)
        assert (await account(context, member)).waiting == 0


class TestStaff:
    async def test_a_whole_reversal_gives_all_room_back(self, context: Context) -> None:
        member = await publish(context, CAPPED)
        [award] = await record(context, purchase("o1"))
        assert not isinstance(await reverse_entry(context, ADMIN, reversal(award.seq)), Refused)
        assert await room(context, member) == (0, 0)

    async def test_parts_add_up_to_the_whole_whoever_takes_them_back(self, context: Context) -> None:
        member = await publish(context, CAPPED)
        [award] = await record(context, purchase("o1"))
        await reverse_entry(context, ADMIN, reversal(award.seq, 10, key="k1"))
        assert await room(context, member) == (13, 13)
        await record(context, refund("r1", loaves(3)))  # 12 points, of which 10 are gone
        assert await room(context, member) == (11, 11)
        await record(context, refund("r2"))
        assert await room(context, member) == (0, 0)

    async def test_a_retry_gives_nothing_back_again(self, context: Context, other: Context) -> None:
        member = await publish(context, CAPPED)
        [award] = await record(context, purchase("o1"))
        both = [context, other] * 5
        await asyncio.gather(*(reverse_entry(one, ADMIN, reversal(award.seq, 10)) for one in both))
        assert await room(context, member) == (13, 13)

    async def test_one_that_waits_for_a_second_person_gives_room_back_when_it_is_approved(
        self, context: Context
    ) -> None:
        dear = replace(SPEND, points=50, caps=(Cap(10_000, CapPeriod.DAY), budget(10_000)))
        member = await publish(context, a_program(earning=(dear,)))
        [award] = await record(context, purchase("o1"))
        assert await room(context, member) == (1_150, 1_150)
        waiting = await reverse_entry(context, AGENT, reversal(award.seq))
        assert isinstance(waiting, Approval)
        assert await room(context, member) == (1_150, 1_150)
        decided = await decide_approval(context, SUPERVISOR, DecideApproval(waiting.id, True, "k2"))
        assert not isinstance(decided, Refused)
        assert await room(context, member) == (0, 0)

    async def test_a_refused_reversal_gives_nothing_back(self, context: Context) -> None:
        member = await publish(context, CAPPED)
        [award] = await record(context, purchase("o1"))
        refused = await reverse_entry(context, ADMIN, reversal(award.seq, 24))
        assert isinstance(refused, Refused)
        assert refused.code is Code.INVALID_INPUT
        assert await room(context, member) == (23, 23)


class TestWhatWasCounted:
    PROGRAM: Program = a_program(
        earning=(SPEND,),
        counters=(Counter("orders", ("purchase",)), Counter("spent", ("purchase",), Counts.AMOUNT)),
        streaks=(Streak("daily", "Daily", ("purchase",)),),
        badges=(Badge("first", "First", when="counters.orders >= 1"),),
        challenges=(Challenge("three", "Three", ("purchase",), 3, points=100),),
    )

    async def test_counters_and_challenges_go_back_streaks_and_badges_stay(self, context: Context) -> None:
        member = await publish(context, self.PROGRAM)
        await record(context, *(purchase(f"o{n}") for n in (1, 2, 3)))
        full = await state(context, member)
        assert full.counted("reached:three", 0) == 1
        assert (await account(context, member)).available == 3 * 23 + 100
        await record(context, refund("r1", order="o3"))
        after = await state(context, member)
        counts = {code: sum(bucket.amount for bucket in buckets) for code, buckets in after.counters.items()}
        assert counts["orders"] == 2
        assert counts["spent"] == 2_600
        assert counts["challenge:three"] == 2
        assert "reached:three" not in counts
        assert counts["streak:daily"] == 1
        assert counts["badge:first"] == 1
        assert after.account("POINTS").available == 2 * 23
        # The points of the challenge went back, too: it is reached again by the next order.
        await record(context, purchase("o4"))
        assert (await account(context, member)).available == 3 * 23 + 100

    async def test_an_event_that_only_counted_goes_back_when_nothing_of_it_is_kept(self, context: Context) -> None:
        member = await publish(context, replace(self.PROGRAM, earning=(), badges=(), challenges=()))
        [counted] = await record(context, purchase("o1"))
        assert (counted.kind, counted.points, counted.lines) == (EntryKind.EARN, 0, ())
        await record(context, refund("r1", loaves(2)))
        assert (await state(context, member)).counted("orders", 0) == 1
        await record(context, refund("r2", occurred_at=AT + timedelta(days=2)))
        assert (await state(context, member)).counted("orders", 0) == 0


class TestWhatWasReturned:
    BREADS = Counter("breads", ("purchase",), Counts.UNITS, lines='line.category == "BAKERY"')
    PROGRAM: Program = a_program(
        earning=(replace(SPEND, caps=(Cap(20, CapPeriod.DAY), budget(100))),),
        counters=(BREADS,),
        challenges=(replace(FIVE, lines=BREADS.lines),),
    )

    async def test_what_is_kept_counts_on_in_full(self, context: Context) -> None:
        member = await publish(context, self.PROGRAM)
        await record(context, purchase("o1"))
        await record(context, refund("r1", MILK))
        after = await state(context, member)
        # 20.00 of bread, counted twice, fill the cap without the milk.
        assert (after.counted("breads", 0), after.counted("challenge:five", 0)) == (5, 5)
        assert (await room(context, member), after.account("POINTS").available) == ((20, 20), 120)

    async def test_what_came_back_counts_no_more_and_can_be_reached_again(self, context: Context) -> None:
        member = await publish(context, self.PROGRAM)
        await record(context, purchase("o1"))
        await record(context, refund("r1", loaves(1)))
        after = await state(context, member)
        assert (after.counted("breads", 0), after.counted("challenge:five", 0)) == (4, 4)
        assert (await room(context, member), after.account("POINTS").available) == ((19, 19), 19)
        await record(context, purchase("o2", loaves(1)))
        assert (await account(context, member)).available == 120

    async def test_refunds_that_race_give_back_what_they_would_one_after_the_other(
        self, context: Context, other: Context
    ) -> None:
        member = await publish(context, self.PROGRAM)
        await record(context, purchase("o1"))
        events = [refund(f"r{n}", loaves(1)) for n in range(4)]
        await asyncio.gather(*(answers(one, event) for event in events for one in (context, other)))
        after = await state(context, member)
        assert (after.counted("breads", 0), after.counted("challenge:five", 0)) == (1, 1)
        assert (await room(context, member), after.account("POINTS").available) == ((7, 7), 7)
        await asyncio.gather(*(answers(one, refund(f"all{n}")) for n, one in enumerate((context, other))))
        assert await room(context, member) == (0, 0)
        assert (await state(context, member)).counters == {}

    async def test_what_only_counted_goes_back_by_the_version_that_counted_it(
        self, context: Context, clock: Clock
    ) -> None:
        member = await publish(context, replace(self.PROGRAM, earning=(), challenges=()))
        await record(context, purchase("o1"))
        clock.advance(hours=1)
        await publish(context, replace(self.PROGRAM, earning=(), challenges=(), counters=(ORDERS,)))
        await record(context, refund("r1", loaves(2)))
        assert (await state(context, member)).counted("breads", 0) == 3

    async def test_what_staff_gave_back_is_not_given_back_again(self, context: Context) -> None:
        member = await publish(context, self.PROGRAM)
        [award] = await record(context, purchase("o1"))
        await record(context, refund("r1", loaves(2)))
        await reverse_entry(context, ADMIN, reversal(award.seq, 15))
        assert await room(context, member) == (0, 0)
        await record(context, refund("r2", loaves(1)))
        await record(context, refund("r3"))
        after = await state(context, member)
        assert await room(context, member) == (0, 0)
        assert after.counters == {}

    async def test_room_of_points_that_a_hold_has_set_aside_comes_back_with_them(self, context: Context) -> None:
        member = await publish(context, replace(self.PROGRAM, challenges=()))
        [award] = await record(context, purchase("o1"))
        found = await hold_points(context, SHOP, HoldPoints(MemberLookup(id=member.id), 15, 900, "h1"))
        assert isinstance(found, Held)
        await record(context, refund("r1"))
        assert await room(context, member) == (15, 15)
        assert (await state(context, member)).counted("breads", 0) == 0
        await void_hold(context, SHOP, VoidHold(member.id, found.opened.seq, "v1"))
        await reverse_entry(context, ADMIN, reversal(award.seq, 5))
        assert await room(context, member) == (10, 10)
        await reverse_entry(context, ADMIN, reversal(award.seq, key="k2"))
        assert await room(context, member) == (0, 0)
