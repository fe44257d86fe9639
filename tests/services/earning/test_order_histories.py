"""Whatever happens to orders, by two processes at once: in the end all that was given was asked back."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from domain.earning.events.intake import RecordEvent, RecordLine
from domain.ledger.kinds import EntryKind
from domain.ledger.reversals import Spent, given
from domain.ledger.trail import Trail
from domain.members.member import Member
from domain.program.earning import EarningRule, Expiry
from domain.program.policies import PendingAwards, Reversal
from domain.program.program import Program
from services.context import Context
from tests.support.house import Clock
from tests.support.orders import (
    TWO_CURRENCIES,
    account,
    answers,
    delivery,
    entries_of,
    publish,
    purchase,
    refund,
    spend,
)

THANKS = EarningRule("thanks", "Thanks", ("purchase",), 10, tier_multiplier=False)
WAITS = [None, PendingAwards(("purchase",), 14, ("delivery",)), PendingAwards(("purchase",), None, ("delivery",))]
EXPIRIES = [Expiry(1), Expiry(2, inactivity=True), None]


class Shop:
    """A shop that sells, delivers and takes back at random, often wrongly."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.orders: dict[str, tuple[RecordLine, ...]] = {}
        self._number = 0

    def program(self, spent: Spent) -> Program:
        """A programme with some way to wait and some to expire."""
        return replace(
            TWO_CURRENCIES,
            earning=(*TWO_CURRENCIES.earning, THANKS),
            pending=self.random.choice(WAITS),
            expiry=self.random.choice(EXPIRIES),
            reversal=Reversal(spent),
        )

    def events(self, now: datetime) -> Iterator[RecordEvent]:
        """What happens on one day; a purchase may come late."""
        for _ in range(self.random.randint(1, 4)):
            self._number += 1
            what = self.random.choice("PPPDDRRRW") if self.orders else "P"
            order = self.random.choice([*self.orders, "unknown"])
            if what == "P":
                yield self._purchase(now - timedelta(days=self.random.choice([0, 0, 20, 100])))
            elif what == "D":
                yield delivery(f"d{self._number}", order, occurred_at=now)
            elif what == "R":
                line = self._some_of(self.random.choice(self.orders.get(order) or self.orders["o1"]))
                yield refund(f"r{self._number}", line, order=order, occurred_at=now)
            else:
                yield refund(f"r{self._number}", order=order, occurred_at=now)

    def _purchase(self, at: datetime) -> RecordEvent:
        lines = tuple(
            RecordLine(
                sku=self.random.choice("abc"),
                amount=Decimal(self.random.randint(1, 60_000)) / 100,
                category=self.random.choice(["BAKERY", None]),
                quantity=self.random.randint(1, 4),
            )
            for _ in range(self.random.randint(1, 3))
        )
        self.orders[f"o{self._number}"] = lines
        total = sum((line.amount for line in lines), Decimal(0))
        amount = self.random.choice([None, total, (total * 9 / 10).quantize(Decimal("0.01"))])
        return purchase(f"o{self._number}", *lines, amount=amount, occurred_at=at)

    def _some_of(self, line: RecordLine) -> RecordLine:
        units = self.random.randint(0, line.quantity)
        return line._replace(
            quantity=units, amount=(line.amount * units / line.quantity).quantize(Decimal("0.01"))
        )


async def spend_some(context: Context, member: Member, random: Random) -> None:
    available = (await account(context, member)).available
    if available > 0:
        await spend(context, member, random.randint(1, available))


@pytest.mark.parametrize("spent", Spent)
@pytest.mark.parametrize("seed", [23, 32])
async def test_when_everything_came_back_all_points_and_all_that_counted_were_asked_back(
    context: Context, other: Context, clock: Clock, spent: Spent, seed: int
) -> None:
    shop = Shop(seed)
    member = await publish(context, shop.program(spent))
    for _ in range(15):
        clock.advance(days=shop.random.randint(0, 9), hours=3)
        calls = [answers((context, other)[n % 2], one) for n, one in enumerate(shop.events(clock.now))]
        await asyncio.gather(*calls, spend_some(other, member, shop.random))
    for process in (context, other):
        events = [refund(f"all of {order}", order=order, occurred_at=clock.now) for order in shop.orders]
        await asyncio.gather(*(answers(process, one) for one in events))

    entries = await entries_of(context, member)
    trail = Trail.of(entries)
    awards = [entry for entry in entries if entry.kind in (EntryKind.EARN, EntryKind.PENDING)]
    assert {entry.currency for entry in awards} == {"POINTS", "MILES"}
    assert [trail.asked_back(entry.seq) for entry in awards] == [given(entry) for entry in awards]
    assert not any(entries[-1].after.qualifying.values())
    for code, after in entries[-1].after.accounts.items():
        assert after.waiting == 0, code
        assert after.reversed + after.expired + after.redeemed + after.available == after.earned, code
        assert not after.debt or spent is Spent.MAY_GO_NEGATIVE, code
