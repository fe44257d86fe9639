"""Members hear once that a voucher ends; whoever fills the pools, once a fall."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import SYSTEM
from domain.program.rewards import Pool
from domain.rewards.redemption import RedemptionStatus
from mongo.pools import PoolCode
from runtime.workers.sweeper import Swept, sweep_day
from runtime.workers.voucher_alerts import warn_of_low_pools
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.house import NOON, Clock
from tests.support.programs import a_program
from tests.support.vouchers import COUPON, a_redemption, put


class TestSweepDay:
    async def test_each_alert_is_sent_once_and_none_for_what_is_used_or_void(
        self, context: Context, clock: Clock
    ) -> None:
        await publish_program(context, SYSTEM, a_program())
        used, void = replace(COUPON, code="B", used_at=NOON), replace(COUPON, code="C", void_at=NOON)
        await put(context, a_redemption(COUPON))
        await put(context, a_redemption(used, member="bob", id="r2", status=RedemptionStatus.USED))
        await put(context, a_redemption(void, member="bob", id="r3", key="k3", status=RedemptionStatus.CANCELLED))
        done = {}

        for day in range(35):
            clock.now = NOON + timedelta(days=day)
            swept = await sweep_day(context, clock())
            assert await sweep_day(context, clock()) == Swept(0, 0)
            if swept != Swept(0, 0):
                done[day] = swept

        assert done == {23: Swept(0, 1), 29: Swept(0, 1)}
        rows = await context.inbox.since("ann", 0, limit=100)
        assert [row.message.data["days"] for row in rows] == [7, 1]
        assert await context.inbox.since("bob", 0, limit=100) == []


class TestWarnOfLowPools:
    async def test_each_fall_is_warned_of_once(self, context: Context, caplog: pytest.LogCaptureFixture) -> None:
        pools = (Pool("cinema", "Cinema", low=2), Pool("zoo", "Zoo", low=0))
        await publish_program(context, SYSTEM, a_program(pools=pools))
        caplog.set_level(logging.WARNING)

        low = await warn_of_low_pools(context, frozenset())
        assert low == {"cinema"}
        assert await warn_of_low_pools(context, low) == {"cinema"}
        assert [(record.message, vars(record)["pool"]) for record in caplog.records] == [
            ("a pool of voucher codes is low: import more of them", "cinema")
        ]

        await context.pools.add([PoolCode("cinema", "a"), PoolCode("cinema", "b")])
        assert await warn_of_low_pools(context, low) == frozenset()
