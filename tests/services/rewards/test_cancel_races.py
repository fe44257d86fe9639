"""Whatever meets in cancelling, in two processes: all comes back once, and partners hear it right."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cache.client import Cache
from domain.actors import Actor, ActorKind
from domain.ledger.entry import Entry, Head
from domain.ledger.laws import broken_laws
from domain.members.member import Member
from domain.program.earning import CapOf, Period
from domain.program.rewards import Guard, Partner, RewardLimit
from domain.rewards.delivering import Shipment
from domain.rewards.partner_order import OrderEvent, OrderState, order_id
from domain.rewards.redemption import Address, Redemption, RedemptionStatus
from domain.support.approval import ApprovalStatus
from mongo.client import Client, Database, open_database
from runtime.wiring import build_context
from services.context import Context
from services.ledger.poster import Posting
from services.rewards.cancel_redemption import CancelRedemption, cancel_redemption
from services.rewards.end_reviews import end_reviews
from services.rewards.fulfil_redemption import FulfilRedemption, fulfil_redemption
from services.rewards.tell import tell_untold
from services.support.decide_approval import DecideApproval, decide_approval
from services.support.reverse_entry import ReverseEntry, reverse_entry
from tests.services.rewards.catalog import MUG, TEA, a_rich_member, publish, redeem, used
from tests.support.house import Clock
from tests.support.ledger import earning
from tests.support.people import ADMIN, SUPERVISOR

_ROUNDS, _AT_ONCE, _MEMBERS, _STOCK = 6, 12, 3, 60
_CATALOG = (
    replace(MUG, stock=_STOCK, partner="post", limits=(RewardLimit(50, Period.EVER, CapOf.EVERYONE),)),
    replace(TEA, limits=(RewardLimit(9, Period.DAY),)),
)
STAFF, SHOP = Actor(ActorKind.AGENT, "agent-1"), Actor(ActorKind.SERVICE, "shop")
HOME = Address("Ada Lovelace", ("St James's Square 12",), "London", "GB")
NO_TRACKING = Shipment()
SOON = datetime(2026, 6, 18, 4, tzinfo=UTC)


@pytest.fixture
async def other(
    database: Database, mongo_client: Client, cache: Cache, clock: Clock, context: Context
) -> AsyncIterator[Context]:
    """A second process over the same stores."""
    other = build_context(open_database(mongo_client, database.name), cache, clock)
    try:
        yield other
    finally:
        await other.poster.close()
        await other.signals.aclose()


class TestInterleavings:
    @pytest.mark.parametrize("seed", range(6))
    async def test_everything_comes_back_exactly_once(
        self, context: Context, other: Context, clock: Clock, seed: int
    ) -> None:
        dice = random.Random(seed)
        guard = Guard("large", "Large", "redemption.quantity >= 3", hours=30)
        await publish(context, *_CATALOG, guards=(guard,), partners=(Partner("post", "The post"),))
        members = [await with_points_that_expire(context, number) for number in range(1, _MEMBERS + 1)]
        for turn in range(_ROUNDS):
            deeds = [
                await a_deed(dice, dice.choice((context, other)), members, f"{turn}-{number}")
                for number in range(_AT_ONCE)
            ]
            outcomes = await asyncio.gather(*deeds, return_exceptions=True)
            assert [one for one in outcomes if isinstance(one, BaseException)] == []
            await balances(context, members)
            clock.advance(hours=dice.choice((0, 1, 12, 40)))


async def with_points_that_expire(context: Context, number: int) -> Member:
    member = await a_rich_member(context, number)
    await context.poster.post(Posting(member.id, "client:2", "", earning(400, key="client:2", expires_at=SOON)))
    return member


async def a_deed(dice: random.Random, house: Context, members: list[Member], key: str) -> Awaitable[Any]:
    """Something that a member, staff or the partner does now."""
    member = dice.choice(members)
    mine = await house.redemptions.since(member.id, member.joined_at)
    what = dice.choice(("redeem",) * 5 + ("cancel",) * 4 + ("reverse", "reverse", "ship", "decide", "end"))
    if what == "decide" and (waiting := await house.approvals.page(ApprovalStatus.PENDING, first=9)):
        return decide_approval(
            house, SUPERVISOR, DecideApproval(dice.choice(waiting).id, dice.random() < 0.7, key)
        )
    if what == "end":
        return end_reviews(house, house.clock())
    if what in ("redeem", "decide") or not mine:
        code, address = dice.choice((("mug", HOME), ("tea", None)))
        return redeem(house, member, code, key, quantity=dice.choice((1, 1, 2, 3)), address=address)
    one = dice.choice(mine[:3])
    return on_redemption(dice, house, what, one, key)


def on_redemption(dice: random.Random, house: Context, what: str, one: Redemption, key: str) -> Awaitable[Any]:
    if what == "cancel":
        by = dice.choice((STAFF, Actor(ActorKind.MEMBER, one.member)))
        return cancel_redemption(house, by, CancelRedemption(one.member, one.id, key, "why"))
    if what == "ship":
        return fulfil_redemption(house, SHOP, FulfilRedemption(one.member, one.id, key, NO_TRACKING))
    points = dice.choice((None, 10, 30))
    return reverse_entry(house, ADMIN, ReverseEntry(one.member, one.debit, "GOODWILL", key, points=points))


async def balances(context: Context, members: list[Member]) -> None:
    """Fails unless what came back is just what nobody has any more."""
    await tell_untold(context)
    taken, limits = 0, Counter[str]()
    for member in members:
        entries = await context.ledger.since(member.id, 0)
        keep_the_laws(entries)
        mine = await context.redemptions.since(member.id, member.joined_at)
        for one in mine:
            came_back_once(one, entries)
            if not pieces_returned(one):
                taken += one.quantity if one.reward == "mug" else 0
                limits.update({use.id: use.count for use in one.limits})
        account = entries[-1].after.account("POINTS")
        spent = [one for one in mine if not one.guards or one.captured is not None]
        assert account.redeemed == sum(one.points - one.returned for one in spent)
        await partner_heard_right(context, mine)
    assert (await context.rewards.left(["mug"]))["mug"].stock == _STOCK - taken
    assert await used(context) == {id: count for id, count in limits.items() if count}


def keep_the_laws(entries: list[Entry]) -> None:
    for before, entry in zip([None, *entries], entries, strict=False):
        head = Head.of(before) if before else Head(entry.member)
        assert list(broken_laws(head, entry)) == []


def came_back_once(one: Redemption, entries: list[Entry]) -> None:
    back = sum(-entry.changes.redeemed for entry in entries if entry.reverses == one.debit and one.debit)
    voided = one.status is RedemptionStatus.CANCELLED and one.guards and one.captured is None
    assert one.returned == (one.points if voided else back)
    assert one.returned <= one.points
    if one.status is RedemptionStatus.CANCELLED:
        assert one.returned == one.points
        assert all(voucher.void_at for voucher in one.vouchers)
    if one.cancelled:
        entry = entries[one.cancelled.sequence - 1]
        assert entry.reverses == one.debit
        assert one.status is RedemptionStatus.CANCELLED
        assert one.cancelled.points == (entry.points if voided else -entry.changes.redeemed)
    assert one.untold == ()


def pieces_returned(one: Redemption) -> bool:
    """Not where only its points were given back, or where it was handed out before."""
    shipped = one.delivery is not None and one.delivery.shipped_at is not None
    reviewed_away = bool(one.guards) and one.captured is None
    return (
        one.status is RedemptionStatus.CANCELLED and not shipped and (one.cancelled is not None or reviewed_away)
    )


async def partner_heard_right(context: Context, mine: list[Redemption]) -> None:
    """Nobody has begun to send anything, so what was cancelled was withdrawn, and all else waits."""
    mugs = [one for one in mine if one.reward == "mug"]
    ids = [order_id(one.id, event) for one in mugs for event in OrderEvent]
    orders = await context.partner_orders.get_many(ids)
    expected = {order_id(one.id, OrderEvent.ISSUED): state for one in mugs if (state := order_state(one))}
    assert {id: order.state for id, order in orders.items()} == expected


def order_state(one: Redemption) -> OrderState | None:
    if one.guards and one.captured is None:
        return None  # nobody has said yes, and nobody ever may
    return OrderState.WITHDRAWN if one.status is RedemptionStatus.CANCELLED else OrderState.WAITING
