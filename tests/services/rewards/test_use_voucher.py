"""A voucher is used once, a gift card to its value, whoever asks at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.actors import SYSTEM
from domain.program.rewards import Reward, RewardKind, VoucherTerms
from domain.refusals import Code, LimitReached, Refused
from domain.rewards.redemption import Redemption, RedemptionStatus, Voucher
from domain.rewards.voucher_use import Used
from mongo.client import Database
from mongo.transactions import Session
from services.context import Context
from services.program.publish_program import publish_program
from services.rewards.use_voucher import UseVoucher, use_voucher
from tests.support.house import Clock
from tests.support.programs import a_program
from tests.support.unchanged import unchanged
from tests.support.vouchers import CARD, CODE, COUPON, ENDS, a_redemption, put, stored


@pytest.fixture
async def context(context: Context) -> Context:
    terms = VoucherTerms(stores=("north", "south"))
    reward = Reward("coupon", "Five off", RewardKind.COUPON, 250, voucher_days=30, voucher=terms)
    await publish_program(context, SYSTEM, a_program(rewards=(reward,)))
    return context


async def use(context: Context, receipt: str = "1", amount: str | None = None, **more: Any) -> Used | Refused:
    asked = {"code": CODE, "store": "north", "till": "till-7"} | more
    taken = None if amount is None else Decimal(amount)
    return await use_voucher(context, UseVoucher(**asked, receipt=receipt, amount=taken))


class TestUseVoucher:
    async def test_it_is_found_however_it_is_typed_and_used_up(self, context: Context, clock: Clock) -> None:
        await put(context, a_redemption(COUPON))
        clock.advance(hours=1)
        outcome = await use(context, code="7k3m 00zx aa17")
        assert isinstance(outcome, Used)
        assert outcome.redemption == await stored(context)
        assert outcome.redemption.status is RedemptionStatus.USED
        assert outcome.voucher.used_at == clock()
        assert [(one.store, one.till, one.receipt, one.at) for one in outcome.voucher.uses] == [
            ("north", "till-7", "1", clock())
        ]

    async def test_the_same_receipt_again_changes_nothing_and_answers_the_same_after_the_end_too(
        self, context: Context, database: Database, clock: Clock
    ) -> None:
        await put(context, a_redemption(COUPON))
        first = await use(context)
        assert isinstance(first, Used)
        clock.advance(days=31)
        async with unchanged(database):
            assert await use(context) == replace(first, again=True)

    async def test_two_tills_at_once_with_the_last_money_of_a_gift_card(self, context: Context) -> None:
        await put(context, a_redemption(CARD))
        await use(context, "0", "20.00")
        asked = [use(context, str(number), "5.00", till=f"till-{number}") for number in range(8)]
        outcomes = await asyncio.gather(*asked)
        assert sum(isinstance(one, Used) for one in outcomes) == 1
        assert {one.code for one in outcomes if isinstance(one, Refused)} == {Code.LIMIT_REACHED}
        assert (await stored(context)).vouchers[0].left == Decimal("0.00")

    async def test_the_same_receipt_many_times_at_once_counts_once(self, context: Context) -> None:
        await put(context, a_redemption(CARD))
        outcomes = await asyncio.gather(*(use(context, "1", "5.00") for _ in range(12)))
        assert [isinstance(one, Used) for one in outcomes] == [True] * 12
        assert sum(not one.again for one in outcomes if isinstance(one, Used)) == 1
        assert (await stored(context)).vouchers[0].left == Decimal("20.00")

    async def test_a_reward_that_the_programme_has_dropped_is_still_owed(self, context: Context) -> None:
        await put(context, a_redemption(COUPON))
        await publish_program(context, SYSTEM, a_program(rewards=()))
        assert isinstance(await use(context), Used)


class TestRefusals:
    @pytest.mark.parametrize(
        ("voucher", "asked", "code", "path"),
        [
            (COUPON, {"code": "7K3M-00ZX-AA1"}, Code.NOT_FOUND, "code"),
            (COUPON, {"code": "7K3M-00ZX-AA18"}, Code.INVALID_INPUT, "code"),
            (COUPON, {"code": " - "}, Code.INVALID_INPUT, "code"),
            (COUPON, {"store": ""}, Code.INVALID_INPUT, "store"),
            (COUPON, {"till": "x" * 101}, Code.INVALID_INPUT, "till"),
            (COUPON, {"receipt": "a\nb"}, Code.INVALID_INPUT, "receipt"),
            (COUPON, {"store": "west"}, Code.NOT_ELIGIBLE, "store"),
            (COUPON, {"amount": "5.00"}, Code.INVALID_INPUT, "amount"),
            (CARD, {}, Code.INVALID_INPUT, "amount"),
            (CARD, {"amount": "25.01"}, Code.LIMIT_REACHED, "amount"),
            (replace(COUPON, used_at=ENDS), {}, Code.LIMIT_REACHED, "code"),
            (replace(COUPON, void_at=ENDS), {}, Code.NOT_AVAILABLE_NOW, "code"),
            (replace(COUPON, expires_at=ENDS - timedelta(days=30)), {}, Code.NOT_AVAILABLE_NOW, "code"),
        ],
    )
    async def test_each_changes_nothing(
        self, context: Context, database: Database, voucher: Voucher, asked: Any, code: Code, path: str
    ) -> None:
        await put(context, a_redemption(voucher))
        async with unchanged(database):
            refused = await use(context, **asked)
        assert isinstance(refused, Refused)
        assert (refused.code, refused.path) == (code, (path,))

    async def test_one_receipt_with_two_amounts_is_a_conflict(self, context: Context, database: Database) -> None:
        await put(context, a_redemption(CARD))
        await use(context, "1", "5.00")
        async with unchanged(database):
            refused = await use(context, "1", "6.00")
        assert isinstance(refused, Refused)
        assert refused.code is Code.IDEMPOTENCY_CONFLICT


cents = st.integers(1, 1_200)
asks = st.lists(st.tuples(st.integers(0, 5), cents), min_size=1, max_size=5)
steps = st.lists(asks | st.just("a week") | st.tuples(st.just("cancel"), asks), min_size=1, max_size=7)


class TestInterleavings:
    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=steps, voucher=st.sampled_from([COUPON, CARD]))
    async def test_never_more_than_the_value_and_each_receipt_once(
        self, context: Context, clock: Clock, steps: list[Any], voucher: Voucher
    ) -> None:
        clock.now = ENDS - timedelta(days=10)
        run = _Run(context, clock, voucher)
        await run.begin()
        for step in steps:
            await run.take(step)
        run.judge(await stored(context, run.id))


class _Run:
    """A voucher, those who use it at once, and what they were told."""

    number = 0

    def __init__(self, context: Context, clock: Clock, voucher: Voucher) -> None:
        _Run.number += 1
        self.id = f"run-{_Run.number}-{id(context)}"
        self.context = context
        self.clock = clock
        self.voucher = replace(voucher, code=self.id)
        self.taken: dict[str, Decimal | None] = {}
        self.too_much: list[Decimal] = []
        self.ended = False
        self.racing = False

    async def begin(self) -> None:
        await put(self.context, a_redemption(self.voucher, id=self.id, key=self.id))

    async def take(self, step: Any) -> None:
        if step == "a week":
            self.clock.advance(days=7)
            self.ended = self.ended or self.clock() >= ENDS
        elif isinstance(step, tuple):
            self.racing = True
            cancelling = self.context.transactions.run(self._cancel)
            cancelled, *_ = await asyncio.gather(cancelling, *(self._use(*ask) for ask in step[1]))
            self.ended, self.racing = self.ended or cancelled, False
        else:
            await asyncio.gather(*(self._use(*ask) for ask in step))

    async def _use(self, receipt: int, cents: int) -> None:
        name, ended = f"receipt-{receipt}", self.ended
        amount = None if self.voucher.value is None else Decimal(cents).scaleb(-2)
        known = name in self.taken
        outcome = await use(self.context, name, amount and f"{amount}", code=self.id)
        if isinstance(outcome, Used):
            assert self.taken.setdefault(name, amount) == amount
            assert known or not ended or outcome.again
        elif isinstance(outcome, LimitReached):
            self.too_much.append(amount or Decimal(0))
        else:
            assert outcome.code is Code.IDEMPOTENCY_CONFLICT or ended or self.racing

    async def _cancel(self, session: Session) -> bool:
        """Whether it is cancelled by that: one that was used is not."""
        seen = await stored(self.context, self.id)
        if seen.status is not RedemptionStatus.ISSUED or seen.vouchers[0].uses:
            return False
        void = tuple(replace(one, void_at=self.clock()) for one in seen.vouchers)
        changed = replace(seen, vouchers=void, status=RedemptionStatus.CANCELLED, revision=seen.revision + 1)
        return await self.context.redemptions.put(session, changed)

    def judge(self, seen: Redemption) -> None:
        """What stands is what the tills were told, and no more than there was."""
        [voucher] = seen.vouchers
        assert voucher.void_at is None or not voucher.uses
        assert {use.receipt: use.amount for use in voucher.uses} == self.taken
        assert len(voucher.uses) == len(self.taken) == seen.revision - (voucher.void_at is not None)
        if self.voucher.value is None:
            assert len(voucher.uses) <= 1
            assert not self.too_much or voucher.uses
        else:
            assert voucher.left is not None
            assert voucher.left >= 0
            assert all(amount > voucher.left for amount in self.too_much)
        assert (seen.status is RedemptionStatus.USED) is (voucher.used_at is not None)
