"""What follows from entries happens once, as rules and challenges say."""

import logging
from datetime import timedelta

import pytest

from domain.actors import SYSTEM
from domain.earning.events.intake import RecordEvent
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.engagement import Challenge
from domain.rewards.redemption import RedemptionStatus
from mongo.client import Database
from services.context import Context
from services.earning.record_events import Recorded, record_events
from services.engagement.challenge_rewards import challenge_rewards
from services.program.publish_program import publish_program
from tests.support.consequences import follow, told
from tests.support.engaged import COFFEES, FALL, RISE, a_rule, engaging
from tests.support.house import NOON, Clock
from tests.support.ledger import SHOP
from tests.support.people import buy, enrol
from tests.support.programs import SPEND
from tests.support.unchanged import unchanged

JOINED_FIRST = ("member.joined", 10)


@pytest.fixture
async def ada(context: Context) -> Member:
    return (await enrol(context, "Ada"))[0]


async def buy_coffees(context: Context, member: Member, count: int, first: int = 1) -> None:
    for number in range(first, first + count):
        await buy(context, member, "1.00", id=f"{member.id}-{number}")


async def give_back(context: Context, member: Member, order: str) -> None:
    """Everything of an order of the shop's comes back."""
    who, now = MemberLookup(id=member.id), context.clock()
    event = RecordEvent("shop", f"return-{order}", "refund", who, now, attributes={"order": order})
    (recorded,) = await record_events(context, SHOP, [event])
    assert isinstance(recorded, Recorded), recorded


class TestChallenges:
    async def test_reaching_one_gives_points_a_badge_a_voucher_and_what_rules_say_of_it_once(
        self, context: Context, ada: Member, database: Database
    ) -> None:
        await buy_coffees(context, ada, 3)
        await follow(context, ada)

        assert await told(context, ada) == [
            JOINED_FIRST,
            ("purchase", 1),
            ("purchase", 1 + 5),
            ("purchase", 1 + 30),
            ("challenge.reached", 7),
            ("badge.earned", 11),
            ("mug", 0),
        ]
        (redemption,) = await database["redemptions"].find().to_list(None)
        assert (redemption["key"], redemption["points"], redemption["seq"]) == ("challenge:coffees:4", 0, 7)
        assert (redemption["status"], redemption["quantity"]) == (RedemptionStatus.ISSUED.value, 1)
        assert redemption["vouchers"][0]["expiresAt"] == NOON + timedelta(days=30)
        assert (await context.rewards.get_many(["mug"]))["mug"].stock == 1
        async with unchanged(database):
            await follow(context, ada)

    async def test_reached_again_it_gives_again_and_the_badge_stays_one(
        self, context: Context, ada: Member
    ) -> None:
        await buy_coffees(context, ada, 9)
        await follow(context, ada)
        reasons = [reason for reason, _ in await told(context, ada)]
        assert (reasons.count("challenge.reached"), reasons.count("badge.earned"), reasons.count("mug")) == (
            2,
            1,
            2,
        )

    async def test_a_reward_that_is_sold_out_is_said_and_logged_and_the_points_stand(
        self, context: Context, ada: Member, database: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        await database["rewards"].update_one({"_id": "mug"}, {"$set": {"stock": 0}})
        await buy_coffees(context, ada, 3)
        with caplog.at_level(logging.WARNING):
            await follow(context, ada)

        assert (await told(context, ada))[-2:] == [("challenge.reached", 7), ("badge.earned", 11)]
        assert [record.message for record in caplog.records] == ["the reward of a challenge could not be given"]
        found = (await challenge_rewards(context, [ada.id]))[ada.id]["coffees"]
        assert (found.given, found.missed) == ([], ["1 of A mug cannot be had any more: others were faster."])

        # As soon as there are mugs, looking at the entry again gives one, and nothing is missed any more.
        await database["rewards"].update_one({"_id": "mug"}, {"$set": {"stock": 1}})
        await follow(context, ada)
        found = (await challenge_rewards(context, [ada.id]))[ada.id]["coffees"]
        assert ([one.key for one in found.given], found.missed) == (["challenge:coffees:4"], [])

    async def test_the_last_mug_goes_to_one_of_two(self, context: Context, database: Database) -> None:
        members = await enrol(context, "Bob", "Cy", "Dee")
        for member in members:
            await buy_coffees(context, member, 3)
        await follow(context, *members)
        assert await database["redemptions"].count_documents({}) == 2
        assert await database["notes"].count_documents({}) == 1
        assert (await context.rewards.get_many(["mug"]))["mug"].stock == 0


class TestTiers:
    async def test_a_tier_reached_is_an_event_at_its_time(self, context: Context, ada: Member) -> None:
        await publish_program(context, SYSTEM, engaging(earning=(SPEND, RISE), challenges=()))
        await buy(context, ada, "1000.00", id="o1")
        await follow(context, ada)
        assert (await told(context, ada))[1:] == [("purchase", 1000), ("tier.reached", 100)]

    async def test_reached_again_after_a_return_it_is_told_once_a_window(
        self, context: Context, ada: Member, clock: Clock
    ) -> None:
        await publish_program(context, SYSTEM, engaging(earning=(SPEND, RISE, FALL), challenges=()))
        for number in range(3):
            await buy(context, ada, "1000.00", id=f"o{number}")
            await follow(context, ada)
            await give_back(context, ada, f"o{number}")
            await follow(context, ada)
        tiers = [one for one in await told(context, ada) if one[0] in ("tier.reached", "tier.lost")]
        assert tiers == [("tier.reached", 100), ("tier.lost", 1)]
        clock.advance(days=366)
        await buy(context, ada, "1000.00", id="later")
        await follow(context, ada)
        assert (await told(context, ada))[-2:] == [("purchase", 1_000), ("tier.reached", 100)]

    async def test_what_follows_from_history_counts_in_its_time(self, context: Context, clock: Clock) -> None:
        await publish_program(context, SYSTEM, engaging(earning=(SPEND, RISE), challenges=()))
        (ada,) = await enrol(context, "Ada")
        long_ago = NOON - timedelta(days=100)
        await buy(context, ada, "1000.00", id="o1", at=long_ago)
        await follow(context, ada)
        later = await buy(context, ada, "1.00", id="o2", at=long_ago + timedelta(days=1))

        bought, risen, _ = await context.ledger.since(ada.id, 0)
        assert (bought.effective_at, risen.effective_at) == (long_ago, long_ago)
        assert later.effective_at == long_ago + timedelta(days=1)


class TestLoops:
    async def test_a_rule_that_feeds_itself_ends_at_the_third_event(self, context: Context, ada: Member) -> None:
        again = ("purchase", "challenge.reached")
        endless = Challenge("endless", "Endless", again, goal=1, repeats=None, points=1)
        looping = engaging(earning=(SPEND, a_rule("challenge.reached", 7)), challenges=(COFFEES, endless))
        await publish_program(context, SYSTEM, looping)
        await buy(context, ada, "1.00", id="o1")
        await follow(context, ada)
        assert [reason for reason, _ in await told(context, ada)][1:] == ["purchase", *["challenge.reached"] * 3]


class TestReturns:
    async def test_what_rules_gave_for_a_challenge_is_not_given_again_for_buying_and_returning(
        self, context: Context, ada: Member
    ) -> None:
        one = Challenge("one", "One", ("purchase",), goal=1, points=1)
        await publish_program(
            context, SYSTEM, engaging(earning=(a_rule("challenge.reached", 7),), challenges=(one,))
        )
        for n in range(3):
            await buy(context, ada, "1.00", id=f"o{n}")
            await follow(context, ada)
            await give_back(context, ada, f"o{n}")
            await follow(context, ada)
        reasons = [reason for reason, _ in await told(context, ada)]
        assert reasons.count("challenge.reached") == 1
