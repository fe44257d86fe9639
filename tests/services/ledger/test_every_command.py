"""Every command, in any order, at any time, under every policy: the laws hold, and nothing is a fault."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.ledger.reversals import Spent
from domain.ledger.state import Account
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.earning import Expiry, Grain
from domain.program.policies import Lapsed, PendingAwards, Reversal, Transfers
from domain.program.program import Program
from domain.program.rewards import Reward, RewardKind
from domain.refusals import Refused
from services.context import Context
from services.ledger.capture_points import CapturePoints, capture_points
from services.ledger.hold_points import HoldPoints, hold_points
from services.ledger.transfer_points import TransferPoints, transfer_points
from services.ledger.void_hold import VoidHold, void_hold
from services.program.publish_program import publish_program
from services.rewards.redeem_reward import RedeemReward, redeem_reward
from services.support.adjust_points import AdjustPoints, adjust_points
from services.support.extend_points import ExtendPoints, extend_points
from services.support.reinstate_points import ReinstatePoints, reinstate_points
from services.support.reverse_entry import ReverseEntry, reverse_entry
from tests.support.house import Clock
from tests.support.members import a_member
from tests.support.people import ADMIN, SHOP, buy
from tests.support.programs import a_program
from tests.support.sound import sound

STEPS = 100
EXPIRIES = (Expiry(1, Grain.DAY), Expiry(1, Grain.DAY, inactivity=True), None)
MUG = Reward("mug", "A mug", RewardKind.GOODS, 30)
WHY: dict[str, Any] = {"reason": "GOODWILL", "note": "n"}


def programme(seed: int, expiry: Expiry | None) -> Program:
    """Each policy in some seed."""
    return a_program(
        rewards=(MUG,),
        expiry=expiry,
        reversal=Reversal(list(Spent)[seed % 3], list(Lapsed)[seed % 2], 5),
        pending=PendingAwards(("purchase",), 5) if seed % 2 else None,
        transfers=Transfers(),
    )


class House:
    """Two members who do, and to whom are done, things that a seed chooses."""

    def __init__(self, context: Context, members: list[Member], seed: int) -> None:
        self.context = context
        self.members = members
        self.random = random.Random(seed)
        self.outcomes: Counter[tuple[str, bool]] = Counter()

    async def step(self, number: int) -> None:
        """One command for one of them, under a key of its own."""
        member, other = self.random.sample(self.members, 2)
        head = await self.context.ledger.head(member.id)
        points, key = self.random.randint(1, 120), f"k{number}"
        account, entry = head.after.account("POINTS"), self.random.randint(1, head.seq or 1)
        some = self.random.choice([None, points])
        actor = Actor(ActorKind.MEMBER, member.id)
        house, lookup = self.context, MemberLookup(id=member.id)
        commands: dict[str, Callable[[], Awaitable[Any]]] = {
            "buy": lambda: buy(house, member, f"{points}.00", id=key),
            "redeem": lambda: redeem_reward(house, actor, RedeemReward(member.id, "mug", key)),
            "give": lambda: adjust_points(house, ADMIN, AdjustPoints(member.id, points, key=key, **WHY)),
            "take": lambda: adjust_points(house, ADMIN, AdjustPoints(member.id, -points, key=key, **WHY)),
            "hold": lambda: hold_points(house, SHOP, HoldPoints(lookup, points, 900 * points, key)),
            "send": lambda: transfer_points(
                house, actor, TransferPoints(member.id, MemberLookup(id=other.id), points, key)
            ),
            "reverse": lambda: reverse_entry(
                house, ADMIN, ReverseEntry(member.id, entry, key=key, points=some, reason="GOODWILL")
            ),
            "reinstate": lambda: reinstate_points(
                house, ADMIN, ReinstatePoints(member.id, points, key=key, **WHY)
            ),
        } | self._of_what_is_there(member, account, key)
        name = self.random.choice([*commands, "reverse", "buy"])
        outcome = await commands[name]()
        self.outcomes[name, not isinstance(outcome, Refused)] += 1

    def _of_what_is_there(
        self, member: Member, account: Account, key: str
    ) -> dict[str, Callable[[], Awaitable[Any]]]:
        """Commands that name a hold or a lot; it may have ended since an entry said it was there."""
        house = self.context
        commands: dict[str, Callable[[], Awaitable[Any]]] = {}
        if account.holds:
            hold = self.random.choice(account.holds)
            part = self.random.choice([None, self.random.randint(1, hold.points)])
            capture = CapturePoints(member.id, hold.seq, key, part)
            commands["capture"] = lambda: capture_points(house, SHOP, capture)
            commands["void"] = lambda: void_hold(house, SHOP, VoidHold(member.id, hold.seq, key))
        dates = [lot.expires_at for lot in account.lots if lot.expires_at]
        if dates:
            date = self.random.choice(dates)
            until = date.date() + timedelta(days=self.random.randint(-2, 9))
            extension = ExtendPoints(member.id, date, until, key=key, **WHY)
            commands["extend"] = lambda: extend_points(house, ADMIN, extension)
        return commands


@pytest.mark.parametrize("seed", range(6))
async def test_the_laws_hold_and_points_are_conserved_over_members(
    context: Context, clock: Clock, seed: int
) -> None:
    await publish_program(context, SYSTEM, programme(seed, EXPIRIES[seed % 3]))
    members = [a_member(number) for number in (1, 2)]
    for member in members:
        await context.members.insert(member)
    house = House(context, members, seed)
    for number in range(STEPS):
        await house.step(number)
        if number % 4 == 0:
            clock.advance(hours=house.random.choice([1, 30, 200]))
        if number % 40 == 39:  # the rules change under what was promised by others
            await publish_program(context, SYSTEM, programme(seed, house.random.choice(EXPIRIES)))
    accounts = [(await sound(context.ledger, one.id))[-1].after.account("POINTS") for one in members]
    assert sum(account.sent for account in accounts) == sum(account.received for account in accounts) > 0
    for name in ("buy", "redeem", "give", "take", "hold", "send", "reverse"):
        assert house.outcomes[name, True], (name, house.outcomes)
