"""A simulation on real stores: it writes nothing, and says what really posting the same events would have."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from domain.actors import SYSTEM
from domain.earning.events.intake import RecordEvent
from domain.ledger.state import EMPTY_STATE
from domain.members.lookup import MemberLookup
from domain.program.earning import Cap, CapOf, CapPeriod
from domain.program.program import Program
from domain.simulation.report import CurrencyChange
from domain.simulation.sample import Sample
from domain.simulation.side import Sum
from mongo.client import Database
from services.context import Context
from services.earning.record_events import record_events
from services.engagement.follow_entries import Followed, follow_entries
from services.engagement.welcome import welcome
from services.ledger.read_states import read_states
from services.program.publish_program import publish_program
from services.simulation.simulate_program import Wish, simulate_program
from tests.support.engaged import COFFEES, engaging
from tests.support.house import NOON, Clock
from tests.support.ledger import SHOP
from tests.support.members import a_member
from tests.support.programs import SPEND
from tests.support.unchanged import unchanged

BUDGET = replace(SPEND, caps=(Cap(2_000, CapPeriod.MONTH, CapOf.EVERYONE), Cap(900, CapPeriod.WEEK)))
RICH = engaging(challenges=(replace(COFFEES, reward=None),), counters=(), streaks=())
RICH = replace(RICH, earning=(BUDGET, *RICH.earning[1:]))
DOUBLE = replace(RICH, earning=(replace(BUDGET, points=2), *RICH.earning[1:]))


def purchase(number: int, id: str, cents: int, day: int) -> RecordEvent:
    return RecordEvent(
        source="shop",
        id=id,
        type="purchase",
        member=MemberLookup(id=a_member(number).id),
        occurred_at=NOON - timedelta(days=60 - day),
        amount=Decimal(cents) / 100,
    )


def refund(number: int, order: str, day: int) -> RecordEvent:
    event = purchase(number, f"back-{order}", 0, day)
    return replace(event, type="refund", amount=None, attributes={"order": order})


async def begin(context: Context, program: Program, members: int = 3) -> None:
    await publish_program(context, SYSTEM, program)
    for number in range(1, members + 1):
        brought = a_member(number - 1).id if number > 1 else None
        member = replace(a_member(number, joined_at=NOON - timedelta(days=61)), referred_by=brought)
        await context.members.insert(member)
        await welcome(context, [member], now=context.clock())


def a_history(random: Random, length: int) -> list[RecordEvent]:
    """Purchases and what comes back of them, all or a part at a time, in the order of time."""
    events: list[RecordEvent] = []
    kept: dict[str, tuple[int, int]] = {}
    for day in range(length):
        if kept and random.random() < 0.4:
            order = random.choice(list(kept))
            number, cents = kept.pop(order)
            back = refund(number, order, day * 3)
            if cents > 1 and random.random() < 0.7:
                some = random.randint(1, cents - 1)
                kept[order] = (number, cents - some)
                back = replace(back, id=f"some-{day}", amount=Decimal(some) / 100)
            events.append(back)
            continue
        kept[f"o{day}"] = number, cents = random.randint(1, 3), random.randint(1, 150_000)
        events.append(purchase(number, f"o{day}", cents, day * 3))
    return events


async def live(context: Context, events: list[RecordEvent]) -> None:
    """Posts the events and all that follows from each, before the next one comes."""
    for event in events:
        seqs = {a_member(number).id: 0 for number in (1, 2, 3)}
        for member in seqs:
            seqs[member] = (await context.ledger.head(member)).seq
        await record_events(context, SHOP, [event], backdated=True)
        while True:
            before = dict(seqs)
            for member, seq in before.items():
                entries = await context.ledger.since(member, seq)
                for entry in entries:
                    slot = (member, entry.seq - 1)
                    found = (await context.ledger.get_many([slot])).get(slot)
                    await follow_entries(context, [Followed(entry, found.after if found else EMPTY_STATE)])
                seqs[member] = seq + len(entries)
            if seqs == before:
                break


async def really(context: Context, code: str = "POINTS") -> Sum:
    """What the ledger has of all members, settled now."""
    found = Sum()
    for state in (await read_states(context, [a_member(n).id for n in (1, 2, 3)])).values():
        account = state.state.account(code)
        standing = account.available + account.waiting
        found += Sum(account.earned, account.reversed, account.expired, standing)
    return found


HISTORY = [
    purchase(1, "o1", 120_000, 0),
    purchase(2, "o2", 40_000, 1),
    purchase(2, "o3", 2_000, 2),
    purchase(3, "o4", 90_000, 3),
    refund(1, "o1", 4),
    purchase(2, "o5", 500, 4),
    purchase(1, "o6", 70_000, 20),
]


class TestSimulateProgram:
    async def test_it_writes_nothing(self, context: Context, database: Database) -> None:
        await begin(context, RICH)
        await live(context, HISTORY)
        async with unchanged(database):
            found = await simulate_program(context, DOUBLE, Wish())
        assert (found.events, found.members, found.against) == (len(HISTORY), 3, 2)

    async def test_before_is_what_was_really_posted(self, context: Context) -> None:
        await begin(context, RICH)
        await live(context, HISTORY)
        found = await simulate_program(context, DOUBLE, Wish())
        assert points(found.currencies).before == await really(context)

    async def test_after_is_what_the_draft_would_have_posted(self, context: Context) -> None:
        await begin(context, DOUBLE)
        await live(context, HISTORY)
        found = await simulate_program(context, DOUBLE, Wish(), against=RICH)
        assert points(found.currencies).after == await really(context)

    @pytest.mark.parametrize("seed", range(4))
    async def test_any_history_comes_to_what_is_really_posted(self, context: Context, seed: int) -> None:
        await begin(context, RICH)
        await live(context, a_history(Random(seed), 16))
        found = await simulate_program(context, DOUBLE, Wish())
        assert points(found.currencies).before == await really(context)

    async def test_a_later_beginning_goes_on_from_the_ledger(self, context: Context) -> None:
        await begin(context, RICH)
        await live(context, HISTORY)
        found = await simulate_program(context, RICH, Wish(begin=NOON - timedelta(days=41)))
        # The last purchase alone, with which the member is silver again: 700, and 100 for the tier.
        assert (found.events, points(found.currencies).before.given) == (1, 800)

    async def test_a_sample_looks_at_whole_members(self, context: Context) -> None:
        await begin(context, RICH)
        await live(context, HISTORY)
        sample = Sample(Decimal(40), 3)
        mine = sum(sample.includes(event.member.id or "") for event in HISTORY)
        found = await simulate_program(context, DOUBLE, Wish(sample=sample))
        assert found.events == mine
        assert points(found.currencies).outstanding is None

    async def test_progress_goes_to_the_end(self, context: Context) -> None:
        await begin(context, RICH)
        await live(context, HISTORY)
        heard: list[float] = []
        await simulate_program(context, DOUBLE, Wish(), heard.append)
        assert heard == sorted(heard)
        assert heard[-1] <= 1

    async def test_what_is_raised_while_it_goes_on_ends_it(self, context: Context) -> None:
        await begin(context, RICH)
        await live(context, HISTORY)

        def stop(fraction: float) -> None:
            raise InterruptedError

        with pytest.raises(InterruptedError):
            await simulate_program(context, DOUBLE, Wish(), stop)

    async def test_an_empty_history_is_told_as_such(self, context: Context, clock: Clock) -> None:
        found = await simulate_program(context, DOUBLE, Wish())
        assert (found.events, found.members, found.rules, found.until) == (0, 0, (), clock())


def points(currencies: tuple[CurrencyChange, ...]) -> CurrencyChange:
    return next(one for one in currencies if one.currency == "POINTS")
