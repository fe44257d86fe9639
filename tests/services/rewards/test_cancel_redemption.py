"""Cancelling: points, stock, limits and vouchers go back together, once, to whom they were taken from."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.engagement.reached import Reached
from domain.ledger.entry import Draft, Head
from domain.ledger.holds import hold
from domain.ledger.kinds import EntryKind
from domain.members.member import Member
from domain.program.policies import Lapsed, Reversal
from domain.program.rewards import Barcode, Cancellation, Pool, Reward, RewardKind, VoucherTerms
from domain.refusals import Code, NotEligible, Refused
from domain.rewards.redemption import LimitUse, Redemption, RedemptionStatus, VoucherUse, reference_of
from mongo.client import Database
from mongo.pools import PoolCode
from mongo.redemption_documents import document_of
from services.context import Context
from services.engagement.give_reward import give_reward
from services.ledger.poster import Posted, Posting
from services.program.publish_program import publish_program
from services.rewards.cancel_redemption import CancelledRedemption, CancelRedemption, cancel_redemption
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.support.reverse_entry import ReverseEntry, reverse_entry
from tests.support.house import Clock
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.people import SUPERVISOR
from tests.support.programs import a_program
from tests.support.unchanged import unchanged

STAFF = Actor(ActorKind.AGENT, "agent-1")
SOON = datetime(2026, 7, 1, 4, tzinfo=UTC)
LATER = datetime(2027, 7, 1, 4, tzinfo=UTC)
REWARDS = (
    Reward("mug", "A mug", RewardKind.GOODS, 100, stock=20),
    Reward("coupon", "Five off", RewardKind.COUPON, 250, voucher_days=30),
    Reward(
        "film",
        "A film",
        RewardKind.COUPON,
        50,
        voucher_days=30,
        voucher=VoucherTerms(pool="films", barcode=Barcode.QR),
    ),
)
POOLS = (Pool("films", "Films"),)
LIMIT = "reward:mug/month|24317"


@pytest.fixture
async def member(context: Context) -> Member:
    """150 points until the first of July, 850 for a year."""
    await publish_program(context, SYSTEM, a_program(rewards=REWARDS, pools=POOLS))
    member = a_member(1)
    await context.members.insert(member)
    for key, points, until in (("client:1", 150, SOON), ("client:2", 850, LATER)):
        await context.poster.post(Posting(member.id, key, "", earning(points, key=key, expires_at=until)))
    return member


async def redeem(
    context: Context, member: Member, reward: str = "mug", key: str = "r", quantity: int = 1
) -> Redemption:
    command = RedeemReward(member.id, reward, key, quantity=quantity)
    redeemed = await redeem_reward(context, Actor(ActorKind.MEMBER, member.id), command)
    assert isinstance(redeemed, Redeemed), redeemed
    return redeemed.redemption


async def cancel(
    context: Context, redemption: Redemption, *, by: Actor | None = None, key: str = "c", **more: object
) -> CancelledRedemption | Refused:
    actor = by or Actor(ActorKind.MEMBER, redemption.member)
    if actor == STAFF:
        more = {"reason": "Arrived broken"} | more
    command = CancelRedemption(redemption.member, redemption.id, key, **more)  # type: ignore[arg-type]
    return await cancel_redemption(context, actor, command)


async def changed(context: Context, database: Database, redemption: Redemption, **fields: object) -> Redemption:
    """As what happened to it since would have left it."""
    after = replace(redemption, **fields)  # type: ignore[arg-type]
    await database["redemptions"].replace_one({"_id": after.id}, document_of(after))
    return after


async def lots(context: Context, member: Member) -> list[tuple[datetime | None, int]]:
    return list((await context.ledger.head(member.id)).after.account("POINTS").lots)


async def mugs(context: Context) -> int | None:
    return (await context.rewards.get_many(["mug"]))["mug"].stock


class TestCancelRedemption:
    async def test_points_return_to_their_lots_and_pieces_to_the_shelf(
        self, context: Context, member: Member
    ) -> None:
        before = await lots(context, member)
        redemption = await redeem(context, member, quantity=2)
        assert await lots(context, member) == [(LATER, 800)]
        outcome = await cancel(context, redemption)
        assert isinstance(outcome, CancelledRedemption)
        assert (outcome.entry.kind, outcome.entry.points, outcome.entry.reverses) == (EntryKind.REVERSE, 200, 3)
        assert (outcome.entry.reference, outcome.entry.reason) == (f"redemption/{redemption.id}", "mug")
        found = outcome.redemption
        assert (found.status, found.returned, found.revision) == (RedemptionStatus.CANCELLED, 200, 1)
        assert found.cancelled is not None
        assert (found.cancelled.points, found.cancelled.extended, found.cancelled.lost) == (200, 0, 0)
        assert await lots(context, member) == before
        assert await mugs(context) == 20

    async def test_what_passed_its_date_lives_on_where_the_programme_says_so(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        redemption = await redeem(context, member, quantity=2)
        clock.now = datetime(2026, 7, 10, 12, tzinfo=UTC)
        outcome = await cancel(context, redemption, by=STAFF)
        assert isinstance(outcome, CancelledRedemption)
        until = datetime(2026, 8, 10, 4, tzinfo=UTC)
        assert outcome.redemption.cancelled is not None
        assert outcome.redemption.cancelled.extended == 150
        assert outcome.redemption.cancelled.lost == 0
        assert outcome.redemption.cancelled.extended_until == until
        assert await lots(context, member) == [(until, 150), (LATER, 850)]

    async def test_what_passed_its_date_is_lost_where_the_programme_says_that(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        terms = a_program(rewards=REWARDS, pools=POOLS, reversal=Reversal(expired=Lapsed.LOST))
        await publish_program(context, SYSTEM, terms)
        redemption = await redeem(context, member, quantity=2)
        clock.now = datetime(2026, 7, 10, 12, tzinfo=UTC)
        outcome = await cancel(context, redemption, by=STAFF)
        assert isinstance(outcome, CancelledRedemption)
        cancelled = outcome.redemption.cancelled
        assert cancelled is not None
        assert (cancelled.points, cancelled.extended, cancelled.lost) == (200, 0, 150)
        assert cancelled.extended_until is None

    async def test_its_vouchers_are_void(self, context: Context, member: Member, clock: Clock) -> None:
        redemption = await redeem(context, member, "coupon")
        clock.advance(days=2)
        outcome = await cancel(context, redemption)
        assert isinstance(outcome, CancelledRedemption)
        assert [voucher.void_at for voucher in outcome.redemption.vouchers] == [clock.now]

    async def test_limits_are_given_back_by_just_what_it_used(
        self, context: Context, database: Database, member: Member
    ) -> None:
        redemption = await redeem(context, member)
        await changed(context, database, redemption, limits=(LimitUse(LIMIT, 1),))
        await database["budgets"].insert_one({"_id": LIMIT, "used": 3})
        await cancel(context, redemption)
        assert await database["budgets"].find_one({"_id": LIMIT}) == {"_id": LIMIT, "used": 2}

    async def test_the_same_key_answers_the_same_for_ever(
        self, context: Context, database: Database, member: Member
    ) -> None:
        redemption = await redeem(context, member)
        first = await cancel(context, redemption)
        async with unchanged(database):
            assert await cancel(context, redemption) == first

    async def test_it_happens_once_whoever_asks_at_the_same_time(self, context: Context, member: Member) -> None:
        redemption = await redeem(context, member)
        keys = ["a", "a", "b", "b", "c", "d", "e", "f"]
        outcomes = await asyncio.gather(*(cancel(context, redemption, key=key) for key in keys))
        done = [
            key for key, outcome in zip(keys, outcomes, strict=True) if isinstance(outcome, CancelledRedemption)
        ]
        refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refused)]
        assert len(set(done)) == 1
        assert set(refused) == {Code.ALREADY_REVERSED}
        assert sum(points for _, points in await lots(context, member)) == 1_000
        assert await mugs(context) == 20

    async def test_after_a_part_was_given_back_only_the_rest_comes(self, context: Context, member: Member) -> None:
        redemption = await redeem(context, member)
        await reverse_entry(
            context, SUPERVISOR, ReverseEntry(member.id, redemption.sequence, "GOODWILL", "p", points=30)
        )
        outcome = await cancel(context, redemption)
        assert isinstance(outcome, CancelledRedemption)
        assert (outcome.entry.points, outcome.redemption.returned) == (70, 100)
        assert outcome.redemption.revision == 2

    async def test_a_reversal_of_the_whole_entry_voids_the_vouchers_too(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        redemption = await redeem(context, member, "coupon")
        await reverse_entry(context, SUPERVISOR, ReverseEntry(member.id, redemption.sequence, "GOODWILL", "p"))
        found = (await context.redemptions.get_many([redemption.id]))[redemption.id]
        assert found.status is RedemptionStatus.CANCELLED
        assert [voucher.void_at for voucher in found.vouchers] == [clock.now]
        assert found.untold == ("CANCELLED",)

    async def test_staff_say_why_beside_the_ledger(self, context: Context, member: Member) -> None:
        redemption = await redeem(context, member)
        outcome = await cancel(context, redemption, by=STAFF)
        assert isinstance(outcome, CancelledRedemption)
        slot = (member.id, outcome.entry.key)
        assert await context.notes.get_many([slot]) == {slot: "Arrived broken"}

    async def test_what_was_handed_out_is_not_there_again_unless_staff_say_so(
        self, context: Context, database: Database, member: Member
    ) -> None:
        for number, restock, left in ((1, None, 19), (2, True, 19)):
            redemption = await redeem(context, member, key=f"r{number}")
            redemption = await changed(context, database, redemption, status=RedemptionStatus.FULFILLED)
            outcome = await cancel(context, redemption, by=STAFF, key=f"c{number}", restock=restock)
            assert isinstance(outcome, CancelledRedemption)
            assert await mugs(context) == left

    async def test_what_was_given_for_nothing_is_cancelled_all_the_same(
        self, context: Context, database: Database, member: Member, clock: Clock
    ) -> None:
        reached = Reached(member.id, 2, "three", "coupon", 1, clock.now)
        given = await give_reward(context, await context.programs.current(), reached)
        assert isinstance(given, Redeemed)
        outcome = await cancel(context, given.redemption, by=STAFF)
        assert isinstance(outcome, CancelledRedemption)
        assert (outcome.entry.kind, outcome.entry.points) == (EntryKind.REVERSE, 0)
        assert outcome.redemption.status is RedemptionStatus.CANCELLED
        assert outcome.redemption.vouchers[0].void_at == clock.now
        async with unchanged(database):
            again = await cancel(context, given.redemption, by=STAFF, key="other")
        assert isinstance(again, Refused)
        assert again.code is Code.ALREADY_REVERSED

    async def test_an_expired_voucher_is_for_staff_to_cancel(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        redemption = await redeem(context, member, "coupon")
        clock.advance(days=31)
        refused = await cancel(context, redemption)
        assert isinstance(refused, NotEligible)
        assert isinstance(await cancel(context, redemption, by=STAFF), CancelledRedemption)

    async def test_in_review_the_hold_is_void(self, context: Context, database: Database, member: Member) -> None:
        redemption = await in_review(context, database, member)
        outcome = await cancel(context, redemption)
        assert isinstance(outcome, CancelledRedemption)
        assert (outcome.entry.kind, outcome.entry.reverses, outcome.entry.points) == (EntryKind.VOID, 3, 100)
        assert (outcome.redemption.status, outcome.redemption.returned) == (RedemptionStatus.CANCELLED, 100)
        assert await lots(context, member) == [(SOON, 150), (LATER, 850)]
        assert await mugs(context) == 21

    async def test_a_review_that_is_over_by_time_has_nothing_left_to_cancel(
        self, context: Context, database: Database, member: Member, clock: Clock
    ) -> None:
        redemption = await in_review(context, database, member)
        clock.advance(hours=73)
        async with unchanged(database):
            outcome = await cancel(context, redemption)
        assert isinstance(outcome, Refused)
        assert outcome.code is Code.HOLD_NOT_OPEN


async def in_review(context: Context, database: Database, member: Member) -> Redemption:
    """A redemption of a mug that waits, its points set aside for 72 hours."""
    until = context.clock() + timedelta(hours=72)

    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = hold(head.after.account("POINTS"), 100, until=until)
        assert not isinstance(changes, Refused)
        actor = Actor(ActorKind.MEMBER, member.id)
        return Draft(
            "client:h", "", "POINTS", EntryKind.HOLD, changes, actor, at, at, reference_of("waits"), reason="mug"
        )

    posted = await context.poster.post(Posting(member.id, "client:h", "", decide))
    assert isinstance(posted, Posted)
    now = context.clock()
    redemption = Redemption(
        "waits", member.id, "mug", 1, 100, RedemptionStatus.IN_REVIEW, posted.entry.seq, "client:h", now, now
    )
    await database["redemptions"].insert_one(document_of(replace(redemption, review_until=until)))
    return redemption


USED = VoucherUse("s", "t", "r", datetime(2026, 6, 15, 13, tzinfo=UTC))


class TestStock:
    async def test_a_stock_that_began_after_the_redemption_gets_nothing_that_was_never_taken_off_it(
        self, context: Context, member: Member
    ) -> None:
        endless = (replace(REWARDS[0], code="pen", stock=None), *REWARDS)
        await publish_program(context, SYSTEM, a_program(rewards=endless, pools=POOLS))
        redemption = await redeem(context, member, "pen", quantity=3)
        counted = (replace(endless[0], stock=5), *REWARDS)
        await publish_program(context, SYSTEM, a_program(rewards=counted, pools=POOLS))
        assert isinstance(await cancel(context, redemption), CancelledRedemption)
        assert (await context.rewards.get_many(["pen"]))["pen"].stock == 5


class TestRefusals:
    """Each changes nothing."""

    async def refused(
        self, context: Context, database: Database, redemption: Redemption, code: Code, **more: object
    ) -> Refused:
        async with unchanged(database):
            outcome = await cancel(context, redemption, **more)  # type: ignore[arg-type]
        assert isinstance(outcome, Refused)
        assert outcome.code is code
        return outcome

    async def test_what_is_not_there_or_anothers(
        self, context: Context, database: Database, member: Member
    ) -> None:
        redemption = await redeem(context, member)
        other = Actor(ActorKind.MEMBER, "m-other")
        await self.refused(context, database, redemption, Code.NOT_FOUND, by=other)
        await self.refused(context, database, replace(redemption, member="m-other"), Code.NOT_FOUND, by=other)
        await self.refused(context, database, replace(redemption, id="nothing"), Code.NOT_FOUND)

    async def test_input(self, context: Context, database: Database, member: Member) -> None:
        redemption = await redeem(context, member)
        bad = Code.INVALID_INPUT
        assert (await self.refused(context, database, redemption, bad, by=STAFF, reason=None)).path == ("reason",)
        assert (await self.refused(context, database, redemption, bad, by=STAFF, reason=" ")).path == ("reason",)
        assert (await self.refused(context, database, redemption, bad, reason="x" * 1_001)).path == ("reason",)
        assert (await self.refused(context, database, redemption, bad, restock=True)).path == ("restock",)
        assert (await self.refused(context, database, redemption, bad, key="")).path == ("idempotencyKey",)

    async def test_a_key_that_stands_for_something_else(
        self, context: Context, database: Database, member: Member
    ) -> None:
        first, second = await redeem(context, member), await redeem(context, member, key="r2")
        await cancel(context, first)
        await self.refused(context, database, second, Code.IDEMPOTENCY_CONFLICT)
        await self.refused(context, database, first, Code.IDEMPOTENCY_CONFLICT, reason="another")

    async def test_cancelled_already(self, context: Context, database: Database, member: Member) -> None:
        redemption = await redeem(context, member)
        await cancel(context, redemption)
        await self.refused(context, database, redemption, Code.ALREADY_REVERSED, key="other")
        await self.refused(context, database, redemption, Code.ALREADY_REVERSED, by=STAFF)

    async def test_used_at_least_in_part(self, context: Context, database: Database, member: Member) -> None:
        redemption = await redeem(context, member, "coupon")
        [voucher] = redemption.vouchers
        gift = replace(voucher, value=Decimal(20), uses=(replace(USED, amount=Decimal(5)),))
        await changed(context, database, redemption, vouchers=(gift,))
        await self.refused(context, database, redemption, Code.ALREADY_DECIDED)
        await self.refused(context, database, redemption, Code.ALREADY_DECIDED, by=STAFF)
        await changed(context, database, redemption, status=RedemptionStatus.USED)
        await self.refused(context, database, redemption, Code.ALREADY_DECIDED, by=STAFF)

    async def test_what_members_leave_to_staff(self, context: Context, database: Database, member: Member) -> None:
        redemption = await redeem(context, member)
        await changed(context, database, redemption, status=RedemptionStatus.FULFILLED)
        refusal = await self.refused(context, database, redemption, Code.NOT_ELIGIBLE)
        assert isinstance(refusal, NotEligible)
        assert refusal.reasons == ("It was handed out already.",)
        assert await context.pools.add([PoolCode("films", "FILM-1")]) == {}
        film = await redeem(context, member, "film", key="r2")
        refusal = await self.refused(context, database, film, Code.NOT_ELIGIBLE)
        assert isinstance(refusal, NotEligible)
        assert refusal.reasons == ("Its code is a partner's and was shown.",)

    @pytest.mark.parametrize("rewards", [REWARDS[:2], (*REWARDS[:2], replace(REWARDS[2], voucher=None))])
    async def test_a_partners_code_that_was_shown_whatever_a_later_programme_says_of_its_reward(
        self, context: Context, database: Database, member: Member, rewards: tuple[Reward, ...]
    ) -> None:
        assert await context.pools.add([PoolCode("films", "FILM-1")]) == {}
        film = await redeem(context, member, "film")
        await publish_program(context, SYSTEM, a_program(rewards=rewards, pools=POOLS))
        refusal = await self.refused(context, database, film, Code.NOT_ELIGIBLE)
        assert isinstance(refusal, NotEligible)
        assert refusal.reasons == ("Its code is a partner's and was shown.",)

    async def test_when_the_days_are_over_or_were_never_given(
        self, context: Context, database: Database, member: Member, clock: Clock
    ) -> None:
        redemption = await redeem(context, member)
        clock.advance(days=14, seconds=1)
        refusal = await self.refused(context, database, redemption, Code.NOT_AVAILABLE_NOW)
        assert refusal.message == "Members cancel within 14 days by themselves: ask support."
        clock.advance(days=-14)
        await publish_program(
            context, SYSTEM, a_program(rewards=REWARDS, pools=POOLS, cancellation=Cancellation(None))
        )
        await self.refused(context, database, redemption, Code.NOT_ELIGIBLE)
