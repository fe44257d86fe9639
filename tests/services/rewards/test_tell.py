"""Members hear each piece of news of a redemption once, whoever dies meanwhile."""

import pytest

from domain.actors import Actor, ActorKind
from domain.inbox.message import InboxRow, NotificationKind, Subject
from domain.members.member import Member
from domain.rewards.redemption import Redemption, RedemptionStatus
from mongo.client import Database
from mongo.redemption_documents import document_of
from runtime.workers.sweeper import finish_unfinished
from services.context import Context
from services.rewards.cancel_redemption import CancelledRedemption, CancelRedemption, cancel_redemption
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.rewards.tell import tell, tell_untold
from tests.support.house import Clock
from tests.support.people import buy, enrol


@pytest.fixture
async def ada(context: Context) -> Member:
    [ada] = await enrol(context, "Ada")
    await buy(context, ada, "500.00", id="o1")
    return ada


async def news(context: Context, member: Member) -> list[InboxRow]:
    rows, _ = await context.inbox.page_with_unread(member.id, first=50)
    return [row for row in rows if row.message.kind is NotificationKind.REDEMPTION_UPDATED]


async def waiting(context: Context, database: Database, member: Member, *words: str) -> Redemption:
    """One that somebody changed and died."""
    at = context.clock()
    redemption = Redemption(
        "r1", member.id, "coffee", 1, 150, RedemptionStatus.ISSUED, 2, "client:x", at, at, untold=words
    )
    await database["redemptions"].insert_one(document_of(redemption))
    return redemption


class TestTell:
    async def test_a_cancellation_is_told_right_after_it(self, context: Context, ada: Member) -> None:
        me = Actor(ActorKind.MEMBER, ada.id)
        redeemed = await redeem_reward(context, me, RedeemReward(ada.id, "coffee", "r"))
        assert isinstance(redeemed, Redeemed)
        id = redeemed.redemption.id
        cancelled = await cancel_redemption(context, me, CancelRedemption(ada.id, id, "c"))
        assert isinstance(cancelled, CancelledRedemption)
        [row] = await news(context, ada)
        assert (row.message.key, row.message.subject) == (
            f"redemption:{id}:CANCELLED",
            Subject("Redemption", f"{ada.id}:{id}"),
        )
        assert row.message.data == {"news": "CANCELLED", "reward": "coffee", "points": 150}
        assert (await context.redemptions.get_many([id]))[id].untold == ()

    async def test_the_sweep_tells_what_a_crash_left(
        self, context: Context, database: Database, ada: Member, clock: Clock
    ) -> None:
        await waiting(context, database, ada, "IN_REVIEW", "ISSUED_AFTER_REVIEW")
        await finish_unfinished(context, clock.advance(seconds=30))
        assert [row.message.key for row in await news(context, ada)] == [
            "redemption:r1:ISSUED_AFTER_REVIEW",
            "redemption:r1:IN_REVIEW",
        ]
        assert await context.redemptions.untold(limit=10) == []

    async def test_telling_twice_tells_once(self, context: Context, database: Database, ada: Member) -> None:
        redemption = await waiting(context, database, ada, "TIMED_OUT")
        await tell(context, redemption)
        await database["redemptions"].update_one({"_id": "r1"}, {"$set": {"untold": ["TIMED_OUT"]}})
        assert await tell_untold(context) == 1
        assert await tell_untold(context) == 0
        assert len(await news(context, ada)) == 1

    async def test_news_that_come_meanwhile_are_not_lost(
        self, context: Context, database: Database, ada: Member
    ) -> None:
        redemption = await waiting(context, database, ada, "SHIPPED")
        await database["redemptions"].update_one({"_id": "r1"}, {"$push": {"untold": "DELIVERED"}})
        await tell(context, redemption)
        assert (await context.redemptions.get_many(["r1"]))["r1"].untold == ("DELIVERED",)
