"""Pools of partners' codes, and what is left of them."""

from dataclasses import dataclass

from domain.program.rewards import Pool
from services.context import Context


@dataclass(frozen=True, slots=True)
class PoolLevel:
    """A pool, and how many codes it can still give."""

    pool: Pool
    left: int

    @property
    def is_low(self) -> bool:
        """Whether whoever runs the programme is to get more."""
        return self.left < self.pool.low


@dataclass(frozen=True, slots=True)
class PoolListed(PoolLevel):
    """A pool, and how many codes were ever put into it, too."""

    total: int


async def pool_levels(context: Context) -> list[PoolLevel]:
    """The pools of the programme, as it has them, with what is left; one query."""
    pools = (await context.programs.current()).pools
    if not pools:
        return []
    left = await context.pools.left([pool.code for pool in pools], context.clock())
    return [PoolLevel(pool, left[pool.code]) for pool in pools]


async def list_pools(context: Context) -> list[PoolListed]:
    """The same with their totals."""
    levels = await pool_levels(context)
    totals = await context.pools.total([one.pool.code for one in levels])
    return [PoolListed(one.pool, one.left, totals[one.pool.code]) for one in levels]
