"""A friend's first qualifying purchase rewards both sides, once, within limits that no race overruns."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.earning.events.intake import RecordEvent
from domain.engagement.friends import Friends, friends_of
from domain.members.enrol import Enrol
from domain.members.lookup import MemberLookup
from domain.members.member import Member, MemberStatus
from mongo.client import Database
from services.context import Context
from services.earning.record_events import record_events
from services.engagement.follow_entries import Followed, follow_entries
from services.members.enrol_members import Enrolled, enrol_members
from services.program.publish_program import publish_program
from tests.support.consequences import follow, told
from tests.support.engaged import FRIENDS, MADE, USED, engaging
from tests.support.house import NOON, Clock
from tests.support.people import SHOP, buy
from tests.support.programs import SPEND

MONTH = timedelta(days=31)


@pytest.fixture(autouse=True)
async def program(context: Context) -> None:
    """Nothing but purchases and referrals."""
    await _offer(context)


async def _offer(context: Context, **referrals: Any) -> None:
    rules = replace(FRIENDS, **referrals)
    program = engaging(
        earning=(SPEND, MADE, USED), challenges=(), badges=(), streaks=(), counters=(), referrals=rules
    )
    await publish_program(context, SYSTEM, program)


@pytest.fixture
async def ada(context: Context) -> Member:
    return await join(context, "ada")


async def join(context: Context, name: str, by: Member | None = None, **profile: Any) -> Member:
    command = Enrol(name, referral_code=by.referral_code if by else None, **profile)
    (outcome,) = await enrol_members(context, SHOP, [command])
    assert isinstance(outcome, Enrolled)
    return outcome.member


async def friends(context: Context, member: Member) -> Friends:
    program = await context.programs.current()
    return friends_of(program, (await context.ledger.head(member.id)).after, context.clock())


async def pay(context: Context, member: Member, id: str, **attributes: Any) -> None:
    lookup = MemberLookup(id=member.id)
    event = RecordEvent("shop", id, "purchase", lookup, context.clock(), amount=Decimal(1), attributes=attributes)
    await record_events(context, SHOP, [event])


class TestReferrals:
    async def test_both_sides_are_rewarded_after_the_first_purchase_and_never_again(
        self, context: Context, ada: Member, database: Database
    ) -> None:
        bob = await join(context, "bob", ada)
        assert await told(context, ada) == []
        await buy(context, bob, "1.00", id="o1")
        await buy(context, bob, "1.00", id="o2")
        await follow(context, ada, bob)
        await follow(context, ada, bob)

        assert await told(context, ada) == [("referral.made", 0), ("referral.made", 500)]
        assert await told(context, bob) == [("purchase", 1), ("purchase", 1), ("referral.used", 250)]
        assert await friends(context, ada) == (1, 1)
        made = await database["events"].find_one({"body.type": "referral.made"})
        assert made is not None
        assert (made["member"], made["body"]["attributes"]["friend"]) == (ada.id, bob.id)

    async def test_whom_nobody_brought_and_who_comes_too_late_rewards_nobody(
        self, context: Context, clock: Clock, ada: Member
    ) -> None:
        bob, cy = await join(context, "bob"), await join(context, "cy", ada)
        clock.advance(days=31)
        for number, member in enumerate((bob, cy)):
            await buy(context, member, "1.00", id=f"o{number}")
        await follow(context, ada, bob, cy)
        assert [await told(context, one) for one in (ada, bob, cy)] == [[], *[[("purchase", 1)]] * 2]

    async def test_past_the_limit_of_a_month_a_friend_brings_neither_side_anything(
        self, context: Context, clock: Clock, ada: Member
    ) -> None:
        for number in range(3):
            friend = await join(context, f"friend-{number}", ada)
            await buy(context, friend, "1.00", id=f"o{number}")
            await follow(context, ada, friend)
        assert await friends(context, ada) == (2, 2)
        assert await told(context, friend) == [("purchase", 1)]

        clock.advance(days=31)
        for number in range(3, 5):
            friend = await join(context, f"friend-{number}", ada)
            await buy(context, friend, "1.00", id=f"o{number}")
            await follow(context, ada, friend)
        assert await friends(context, ada) == (3, 1)

    @pytest.mark.parametrize("most", [1, 2])
    async def test_friends_who_count_at_once_never_overrun_the_limit(
        self, context: Context, other: Context, ada: Member, most: int
    ) -> None:
        await _offer(context, most=most, most_a_month=None)
        members = [await join(context, f"friend-{number}", ada) for number in range(12)]
        # All buy before anybody has been counted, so that each of them may still count.
        entries = await asyncio.gather(*(buy(context, member, "1.00", id=f"o-{member.id}") for member in members))
        halves = [[Followed(entry) for entry in entries[start::2]] for start in range(2)]
        await asyncio.gather(
            *(follow_entries(one, half) for one, half in zip((context, other), halves, strict=True))
        )

        assert await friends(context, ada) == (most, most)
        rewarded = [member for member in members if ("referral.used", 250) in await told(context, member)]
        assert len(rewarded) == most
        assert (await told(context, ada)).count(("referral.made", 500)) == most

    async def test_followed_twice_at_once_a_friend_counts_once(
        self, context: Context, other: Context, ada: Member
    ) -> None:
        bob = await join(context, "bob", ada)
        followed = [Followed(await buy(context, bob, "1.00", id="o1"))]
        await asyncio.gather(*(follow_entries(one, followed) for one in (context, other, context)))
        assert await told(context, ada) == [("referral.made", 0), ("referral.made", 500)]
        assert (await told(context, bob))[1:] == [("referral.used", 250)]

    async def test_a_purchase_that_came_back_and_another_do_not_count_twice(
        self, context: Context, ada: Member
    ) -> None:
        bob = await join(context, "bob", ada)
        await buy(context, bob, "1.00", id="o1")
        await follow(context, ada, bob)
        lookup = MemberLookup(id=bob.id)
        back = RecordEvent("shop", "r1", "refund", lookup, NOON, attributes={"order": "o1"})
        await record_events(context, SHOP, [back])
        await buy(context, bob, "1.00", id="o2")
        await follow(context, ada, bob)
        assert (await told(context, ada)).count(("referral.made", 500)) == 1
        assert (await told(context, bob)).count(("referral.used", 250)) == 1

    async def test_who_is_not_active_any_more_brings_nobody(
        self, context: Context, ada: Member, database: Database
    ) -> None:
        bob = await join(context, "bob", ada)
        await database["members"].update_one({"_id": ada.id}, {"$set": {"status": MemberStatus.CLOSED.value}})
        await buy(context, bob, "1.00", id="o1")
        await follow(context, ada, bob)
        assert (await told(context, ada), await told(context, bob)) == ([], [("purchase", 1)])


class TestHints:
    async def test_who_uses_one_device_and_pays_with_one_card_brought_nobody(
        self, context: Context, ada: Member
    ) -> None:
        await pay(context, ada, "a1", device="phone-1", payment="card-1")
        bob = await join(context, "bob", ada)
        await pay(context, bob, "o1", device="phone-1", payment="card-1")
        await follow(context, ada, bob)
        assert [("purchase", 1)] == await told(context, ada) == await told(context, bob)

    @pytest.mark.parametrize(("device", "counts"), [("phone-1", False), ("phone-2", True)])
    async def test_a_rule_may_ask_for_another_device(
        self, context: Context, ada: Member, device: str, counts: bool
    ) -> None:
        await _offer(context, when="!referral.same_device")
        await pay(context, ada, "a1", device="phone-1")
        bob = await join(context, "bob", ada)
        await pay(context, bob, "o1", device=device)
        await follow(context, ada, bob)
        assert (("referral.used", 250) in await told(context, bob)) is counts

    async def test_what_profiles_say_of_devices_counts_too(self, context: Context) -> None:
        await _offer(context, when="!referral.same_device && !referral.same_payment && referral.made < 5")
        ada = await join(context, "ada", attributes={"devices": ["phone-1"]})
        bob = await join(context, "bob", ada, attributes={"device": "phone-1"})
        await pay(context, bob, "o1")
        await follow(context, ada, bob)
        assert await told(context, ada) == []

    async def test_nothing_of_them_is_kept_but_salted_hashes(
        self, context: Context, ada: Member, database: Database
    ) -> None:
        await pay(context, ada, "a1", device="phone-1", payment="card-4711")
        (row,) = await database["fingerprints"].find().to_list(None)
        assert row["_id"] == ada.id
        assert [len(row[kind][0]) for kind in ("device", "payment")] == [32, 32]
        assert "4711" not in str(row)
