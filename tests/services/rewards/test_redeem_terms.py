"""Redeeming by the member's own price, within limits, of one variant, to an address."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.actors import Actor, ActorKind
from domain.program.earning import CapOf, Period, Segment
from domain.program.rewards import Partner, Price, Reward, RewardKind, RewardLimit, Sale
from domain.refusals import Code, InsufficientPoints, LimitReached, NotEligible, Refused
from domain.rewards.redemption import Address, LimitUse
from mongo.client import Database
from services.context import Context
from services.rewards.cancel_redemption import CancelledRedemption, CancelRedemption, cancel_redemption
from services.rewards.redeem_reward import Redeemed
from tests.services.rewards.catalog import MUG, SHIRT, TEA, a_rich_member, left, publish, redeem, redeemed, used
from tests.support.house import Clock
from tests.support.unchanged import unchanged

HOME = Address("Ada Lovelace", ("1 Market St",), "Zurich", "CH", "8001")
FILM = Reward("film", "A film", RewardKind.COUPON, 200, copay=Decimal("4.00"))


class TestPrice:
    async def test_a_member_pays_the_best_price_that_is_theirs_less_the_best_sale(self, context: Context) -> None:
        reward = replace(
            FILM,
            prices=(
                Price(150, Decimal("1.50"), "Friends", segments=("friends",)),
                Price(90, name="Gold", tiers=("gold",)),
                Price(10, name="Past", ends=datetime(2026, 6, 1, tzinfo=UTC)),
            ),
        )
        sales = (
            Sale("small", "Small", 5),
            Sale("big", "Big", 33, kinds=(RewardKind.COUPON,)),
            Sale("other", "Other", 90, rewards=("mug",)),
        )
        segment = Segment("friends", "Friends", "member.days > 30")
        await publish(context, reward, MUG, sales=sales, segments=(segment,))
        member = await a_rich_member(context)
        outcome = await redeemed(context, member, "film", quantity=2, expected_points=202)
        assert (outcome.redemption.points, outcome.redemption.copay) == (202, Decimal("3.00"))
        assert outcome.entry.points == -202

    async def test_another_price_than_the_one_that_was_seen_is_refused(
        self, context: Context, database: Database
    ) -> None:
        await publish(context, FILM, sales=(Sale("half", "Half", 50),))
        member = await a_rich_member(context)
        async with unchanged(database):
            outcome = await redeem(context, member, "film", expected_points=200)
        assert isinstance(outcome, Refused)
        assert outcome.code is Code.PRICE_CHANGED

    async def test_points_are_missing_by_the_members_own_price(self, context: Context) -> None:
        await publish(context, FILM, sales=(Sale("half", "Half", 50),))
        member = await a_rich_member(context, points=150)
        outcome = await redeem(context, member, "film", quantity=2)
        assert isinstance(outcome, InsufficientPoints)
        assert (outcome.required, outcome.available) == (200, 150)


class TestEligible:
    async def test_a_condition_that_does_not_hold_is_said_in_its_own_words(
        self, context: Context, database: Database
    ) -> None:
        reward = replace(FILM, when="member.region == 'ZH'", why="For members in Zurich.", min_tier="gold")
        await publish(context, reward)
        outsider = await a_rich_member(context)
        async with unchanged(database):
            outcome = await redeem(context, outsider, "film")
        assert isinstance(outcome, NotEligible)
        assert outcome.reasons == ("A film is for members of tier Gold and above.", "For members in Zurich.")
        insider = await a_rich_member(context, 2, attributes={"region": "ZH"})
        await publish(context, replace(reward, min_tier=None))
        assert isinstance(await redeem(context, insider, "film"), Redeemed)

    async def test_a_condition_that_fails_does_not_hold_and_is_said(
        self, context: Context, caplog: pytest.LogCaptureFixture
    ) -> None:
        await publish(context, replace(FILM, when="profile.shoes > 40"))
        outcome = await redeem(context, await a_rich_member(context), "film")
        assert isinstance(outcome, NotEligible)
        assert [getattr(record, "part", None) for record in caplog.records] == ["reward:film"]


class TestLimits:
    async def test_a_limit_of_each_member_opens_again_when_their_day_is_over(
        self, context: Context, clock: Clock, database: Database
    ) -> None:
        await publish(context, TEA)
        member, other = await a_rich_member(context), await a_rich_member(context, 2)
        first = await redeemed(context, member, "tea", "a", quantity=2)
        day = datetime(2026, 6, 15).toordinal()
        row = f"reward:tea/day/{member.id}|{day}"
        assert first.redemption.limits == (LimitUse(row, 2),)
        async with unchanged(database):
            outcome = await redeem(context, member, "tea", "b")
        midnight = datetime(2026, 6, 16, 4, tzinfo=UTC)
        assert isinstance(outcome, LimitReached)
        assert (outcome.limit, outcome.resets_at) == (2, midnight)
        await redeemed(context, other, "tea", "b")
        clock.now = midnight
        await redeemed(context, member, "tea", "b")
        assert await used(context) == {
            row: 2,
            f"reward:tea/day/{other.id}|{day}": 1,
            f"reward:tea/day/{member.id}|{day + 1}": 1,
        }

    async def test_of_two_clocks_at_midnight_the_later_one_that_a_member_was_seen_by_says_which_day_it_is(
        self, context: Context, clock: Clock
    ) -> None:
        await publish(context, MUG, TEA)
        member = await a_rich_member(context)
        midnight = datetime(2026, 6, 16, 4, tzinfo=UTC)
        clock.now = midnight
        await redeemed(context, member, "mug", "a")
        clock.now = midnight - timedelta(seconds=1)
        await redeemed(context, member, "tea", "b")
        day = datetime(2026, 6, 16).toordinal()
        assert await used(context) == {f"reward:tea/day/{member.id}|{day}": 1}

    async def test_more_than_is_left_of_a_limit_is_refused_as_a_whole(
        self, context: Context, database: Database
    ) -> None:
        await publish(context, TEA)
        member = await a_rich_member(context)
        await redeemed(context, member, "tea", "a")
        async with unchanged(database):
            outcome = await redeem(context, member, "tea", "b", quantity=2)
        assert isinstance(outcome, LimitReached)
        assert outcome.message == "A tea can be had 2 times a day of each member, and 1 is left."

    async def test_a_limit_of_everyone_is_never_overrun(self, context: Context) -> None:
        await publish(context, replace(MUG, stock=None, limits=(RewardLimit(7, Period.EVER, CapOf.EVERYONE),)))
        members = [await a_rich_member(context, number) for number in range(1, 21)]
        outcomes = await asyncio.gather(*(redeem(context, member, "mug") for member in members))
        refused = [outcome for outcome in outcomes if isinstance(outcome, LimitReached)]
        assert (len(outcomes) - len(refused), {one.resets_at for one in refused}) == (7, {None})
        assert await used(context) == {"reward:mug/ever|0": 7}

    async def test_what_one_limit_refuses_uses_nothing_of_another_or_of_the_stock(self, context: Context) -> None:
        limits = (RewardLimit(9, Period.YEAR, CapOf.EVERYONE), RewardLimit(1, Period.MONTH))
        await publish(context, replace(MUG, limits=limits))
        member = await a_rich_member(context)
        await redeemed(context, member, "mug", "a")
        outcome = await redeem(context, member, "mug", "b")
        assert isinstance(outcome, LimitReached)
        assert (outcome.limit, outcome.resets_at) == (1, datetime(2026, 7, 1, 4, tzinfo=UTC))
        assert sorted((await used(context)).values()) == [1, 1]
        assert (await left(context, member, "mug")).stock == 19

    async def test_cancelling_gives_back_just_what_was_used(self, context: Context, clock: Clock) -> None:
        await publish(context, replace(MUG, limits=(RewardLimit(1, Period.DAY),)))
        member = await a_rich_member(context)
        first = await redeemed(context, member, "mug", "a")
        clock.advance(days=1)
        await redeemed(context, member, "mug", "b")
        command = CancelRedemption(member.id, first.redemption.id, "c")
        outcome = await cancel_redemption(context, Actor(ActorKind.MEMBER, member.id), command)
        assert isinstance(outcome, CancelledRedemption)
        assert list((await used(context)).values()) == [1]
        assert (await left(context, member, "mug")).stock == 19


class TestVariants:
    async def test_each_variant_has_its_own_stock(self, context: Context) -> None:
        await publish(context, SHIRT)
        member = await a_rich_member(context)
        outcome = await redeemed(context, member, "shirt", "a", variant="s", quantity=2)
        assert outcome.redemption.variant == "s"
        sold_out = await redeem(context, member, "shirt", "b", variant="s")
        assert isinstance(sold_out, Refused)
        assert sold_out.code is Code.OUT_OF_STOCK
        await redeemed(context, member, "shirt", "c", variant="l", quantity=3)
        assert (await left(context, member, "shirt")).variants == {"s": 0, "l": None}

    @pytest.mark.parametrize(
        ("reward", "more", "message"),
        [
            ("shirt", {}, "Say which A shirt: s, l."),
            ("shirt", {"variant": "xl"}, "Say which A shirt: s, l."),
            ("mug", {"variant": "s"}, "A mug has no variants."),
        ],
    )
    async def test_it_is_one_that_there_is(
        self, context: Context, database: Database, reward: str, more: dict[str, Any], message: str
    ) -> None:
        await publish(context, MUG, SHIRT)
        member = await a_rich_member(context)
        async with unchanged(database):
            outcome = await redeem(context, member, reward, **more)
        assert outcome == Refused(Code.INVALID_INPUT, message, ("variant",))


class TestAddress:
    async def test_a_partners_goods_need_one_and_keep_it_beside_the_redemption_alone(
        self, context: Context, database: Database
    ) -> None:
        await publish(context, replace(MUG, partner="mill"), partners=(Partner("mill", "The mill"),))
        member = await a_rich_member(context)
        async with unchanged(database):
            missing = await redeem(context, member, "mug")
        assert missing == Refused(Code.INVALID_INPUT, "Say where A mug should go.", ("address",))
        outcome = await redeemed(context, member, "mug", address=HOME)
        assert outcome.redemption.delivery
        assert outcome.redemption.delivery.address == HOME
        assert "Lovelace" not in str(await database["entries"].find().to_list(None))

    async def test_a_retry_with_another_address_is_a_conflict(self, context: Context) -> None:
        await publish(context, MUG)
        member = await a_rich_member(context)
        first = await redeemed(context, member, "mug", address=HOME)
        assert await redeem(context, member, "mug", address=HOME) == first
        other = await redeem(context, member, "mug", address=replace(HOME, city="Bern"))
        assert isinstance(other, Refused)
        assert other.code is Code.IDEMPOTENCY_CONFLICT

    @pytest.mark.parametrize(
        ("address", "path"),
        [
            (replace(HOME, name=" "), ("address", "name")),
            (replace(HOME, lines=()), ("address", "lines")),
            (replace(HOME, lines=("a",) * 6), ("address", "lines")),
            (replace(HOME, country="Switzerland"), ("address", "country")),
            (replace(HOME, postal_code="8" * 201), ("address", "postalCode")),
            (replace(HOME, city="a\nb"), ("address", "city")),
        ],
    )
    async def test_one_that_nobody_could_deliver_to_is_refused(
        self, context: Context, database: Database, address: Address, path: tuple[str, ...]
    ) -> None:
        await publish(context, MUG)
        member = await a_rich_member(context)
        async with unchanged(database):
            outcome = await redeem(context, member, "mug", address=address)
        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.path) == (Code.INVALID_INPUT, path)

    async def test_what_is_not_sent_takes_none(self, context: Context) -> None:
        await publish(context, TEA)
        outcome = await redeem(context, await a_rich_member(context), "tea", address=HOME)
        assert isinstance(outcome, Refused)
        assert outcome.path == ("address",)


class TestVouchers:
    async def test_each_piece_has_one(self, context: Context, clock: Clock) -> None:
        await publish(context, TEA)
        outcome = await redeemed(context, await a_rich_member(context), "tea", quantity=2)
        vouchers = outcome.redemption.vouchers
        assert len({voucher.code for voucher in vouchers}) == 2
        assert {voucher.expires_at for voucher in vouchers} == {clock.now + timedelta(days=30)}
