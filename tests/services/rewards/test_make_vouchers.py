"""Vouchers of our own are made anew; those of a pool are each given once."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.program.rewards import Pool, Reward, RewardKind, VoucherTerms
from domain.refusals import Code, Refused
from domain.rewards.codes import is_code
from domain.rewards.redemption import Voucher
from mongo.client import Database
from mongo.pools import PoolCode
from mongo.transactions import Session
from services.context import Context
from services.program.publish_program import publish_program
from services.rewards.make_vouchers import make_vouchers, voucher_turns
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from tests.services.rewards.test_redeem_reward import a_rich_member
from tests.support.ledger import NOW
from tests.support.programs import a_program

COUPON = Reward("coupon", "Five off", RewardKind.COUPON, 250, voucher_days=90)
CARD = Reward("card", "A card", RewardKind.GIFT_CARD, 500, voucher_days=1, value=Decimal("25.00"))
FILM = Reward("film", "A film", RewardKind.COUPON, 90, voucher=VoucherTerms(pool="cinema"))


async def made(
    context: Context, reward: Reward, quantity: int = 1, *, redemption: str = "r1", now: datetime = NOW
) -> tuple[Voucher, ...] | Refused:
    async def work(session: Session) -> tuple[Voucher, ...] | Refused:
        return await make_vouchers(context, session, reward, quantity, redemption=redemption, now=now)

    return await context.transactions.run(work)


async def fill(context: Context, count: int, pool: str = "cinema", expires_at: datetime | None = None) -> None:
    codes = [PoolCode(pool, f"{pool}-{number:04}", expires_at) for number in range(count)]
    assert await context.pools.add(codes) == {}


class TestOwnCodes:
    async def test_each_piece_has_a_code_of_the_pattern_that_ends_by_the_days(self, context: Context) -> None:
        vouchers = await made(context, COUPON, 3)
        assert isinstance(vouchers, tuple)
        assert len({voucher.code for voucher in vouchers}) == 3
        assert all(is_code("XXXX-XXXX-XXXX", voucher.code) for voucher in vouchers)
        assert vouchers == tuple(Voucher(voucher.code, NOW + timedelta(days=90)) for voucher in vouchers)

    async def test_a_gift_card_holds_its_value(self, context: Context) -> None:
        vouchers = await made(context, CARD)
        assert isinstance(vouchers, tuple)
        assert [(one.value, one.left, one.expires_at) for one in vouchers] == [
            (Decimal("25.00"), Decimal("25.00"), NOW + timedelta(days=1))
        ]

    async def test_a_reward_that_gives_none_has_none(self, context: Context) -> None:
        assert await made(context, Reward("mug", "A mug", RewardKind.GOODS, 100), 5) == ()


class TestPool:
    async def test_gives_codes_that_nobody_has_and_says_whose_they_are(
        self, context: Context, database: Database
    ) -> None:
        await fill(context, 3)
        vouchers = await made(context, FILM, 2)
        assert isinstance(vouchers, tuple)
        rows = await database["pool_codes"].find({"redemption": "r1"}).to_list(None)
        assert {row["code"] for row in rows} == {voucher.code for voucher in vouchers}
        assert {row["takenAt"] for row in rows} == {NOW}
        assert await context.pools.left(["cinema", "none"], NOW) == {"cinema": 1, "none": 0}
        assert await context.pools.total(["cinema", "none"]) == {"cinema": 3, "none": 0}

    async def test_too_few_are_out_of_stock_and_stay(self, context: Context) -> None:
        await fill(context, 3)
        refused = await made(context, FILM, 4)
        assert isinstance(refused, Refused)
        assert (refused.code, refused.path) == (Code.OUT_OF_STOCK, ("rewardId",))
        assert await context.pools.left(["cinema"], NOW) == {"cinema": 3}

    async def test_a_code_ends_with_the_days_or_with_the_partners_date_whichever_is_sooner(
        self, context: Context
    ) -> None:
        await fill(context, 2, expires_at=NOW + timedelta(days=5))
        short = Reward("film", "A film", RewardKind.COUPON, 90, voucher=FILM.voucher, voucher_days=4)
        longer = Reward("film", "A film", RewardKind.COUPON, 90, voucher=FILM.voucher, voucher_days=6)
        ends = [made_of.expires_at for one in (short, longer) for made_of in await _made_surely(context, one)]
        assert ends == [NOW + timedelta(days=4), NOW + timedelta(days=5)]

    async def test_a_code_whose_end_has_come_is_not_given(self, context: Context) -> None:
        await fill(context, 2, expires_at=NOW + timedelta(days=5))
        ended = NOW + timedelta(days=5)
        assert isinstance(await made(context, FILM, now=ended), Refused)
        assert await context.pools.left(["cinema"], ended) == {"cinema": 0}
        assert isinstance(await made(context, FILM, now=ended - timedelta(milliseconds=1)), tuple)

    async def test_what_is_undone_gives_its_codes_back(self, context: Context) -> None:
        await fill(context, 1)

        async def work(session: Session) -> None:
            await make_vouchers(context, session, FILM, 1, redemption="r1", now=NOW)
            raise RuntimeError("afterwards")

        with pytest.raises(RuntimeError, match="afterwards"):
            await context.transactions.run(work)
        assert await context.pools.left(["cinema"], NOW) == {"cinema": 1}

    async def test_fifty_at_once_of_thirty_codes_get_exactly_thirty_each_once(self, context: Context) -> None:
        await fill(context, 30)
        asked = [made(context, FILM, redemption=f"r{number}") for number in range(50)]
        given = [one for one in await asyncio.gather(*asked) if isinstance(one, tuple)]
        assert len(given) == 30
        assert len({voucher.code for one in given for voucher in one}) == 30
        assert await context.pools.left(["cinema"], NOW) == {"cinema": 0}

    def test_who_takes_of_a_pool_waits_for_their_turn(self) -> None:
        assert voucher_turns(FILM) == ["pool:cinema"]
        assert voucher_turns(COUPON) == []


class TestAdd:
    async def test_a_code_that_is_there_in_whatever_pool_or_case_is_named_with_its_pool(
        self, context: Context
    ) -> None:
        await fill(context, 2)
        codes = [PoolCode("theatre", "Cinema 0001"), PoolCode("theatre", "new"), PoolCode("cinema", "CINEMA0000")]
        assert await context.pools.add(codes) == {0: "cinema", 2: "cinema"}
        assert await context.pools.total(["cinema", "theatre"]) == {"cinema": 2, "theatre": 1}


async def _made_surely(context: Context, reward: Reward) -> tuple[Voucher, ...]:
    vouchers = await made(context, reward)
    assert isinstance(vouchers, tuple)
    return vouchers


class TestRedeeming:
    async def test_fifty_members_at_once_share_thirty_codes_and_nobody_loses_points(
        self, context: Context
    ) -> None:
        await publish_program(context, SYSTEM, a_program(rewards=(FILM,), pools=(Pool("cinema", "Cinema"),)))
        await fill(context, 30)
        members = [await a_rich_member(context, number) for number in range(50)]
        redeemed = [
            redeem_reward(context, Actor(ActorKind.MEMBER, one.id), RedeemReward(one.id, "film", "k"))
            for one in members
        ]
        outcomes = await asyncio.gather(*redeemed)

        given = [one.redemption for one in outcomes if isinstance(one, Redeemed)]
        assert len({voucher.code for one in given for voucher in one.vouchers}) == len(given) == 30
        assert {one.code for one in outcomes if isinstance(one, Refused)} == {Code.OUT_OF_STOCK}
        heads = [await context.ledger.head(one.id) for one in members]
        assert sorted(head.after.account("POINTS").available for head in heads) == [910] * 30 + [1_000] * 20
        assert await context.pools.left(["cinema"], NOW) == {"cinema": 0}
