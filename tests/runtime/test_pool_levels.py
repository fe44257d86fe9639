"""What is left of each pool is on the page that Prometheus scrapes."""

import asyncio

from api.metrics import Metrics
from domain.actors import SYSTEM
from domain.program.rewards import Pool
from mongo.pools import PoolCode
from runtime.pool_levels import show_levels
from services.context import Context
from services.program.publish_program import publish_program
from tests.support.eventually import eventually
from tests.support.programs import a_program


class TestShowLevels:
    async def test_each_pool_of_the_programme_has_its_gauge(self, context: Context) -> None:
        pools = (Pool("cinema", "Cinema"), Pool("zoo", "Zoo"))
        await publish_program(context, SYSTEM, a_program(pools=pools))
        await context.pools.add([PoolCode("cinema", "a"), PoolCode("cinema", "b"), PoolCode("old", "c")])
        metrics = Metrics()
        showing = asyncio.create_task(show_levels(context, metrics.pool_left))

        async def shown() -> bool:
            return b"pool=" in metrics.page()

        await eventually(shown)
        showing.cancel()
        await asyncio.wait([showing])
        lines = [line for line in metrics.page().decode().splitlines() if line.startswith("regulars_voucher_pool")]
        assert lines == [
            'regulars_voucher_pool_left{pool="cinema"} 2.0',
            'regulars_voucher_pool_left{pool="zoo"} 0.0',
        ]
