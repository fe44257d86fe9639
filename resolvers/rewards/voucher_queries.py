"""Root fields about vouchers and where they come from."""

import strawberry

from domain.actors import Role
from domain.rewards.voucher_use import voucher_of
from resolvers.context import Info
from resolvers.permissions import STAFF, Having
from resolvers.rewards.voucher import Voucher
from services.rewards.list_pools import list_pools


@strawberry.type
class VoucherPool:
    """A partner's codes. `left`: how many can still be given; `isLow`: fewer than `low`."""

    code: str
    name: str
    left: int
    total: int
    low: int
    is_low: bool


@strawberry.type
class VoucherQuery:
    """Holds the fields."""

    @strawberry.field(
        extensions=[Having(Role.SERVICE, STAFF)],
        description="Staff and services: a voucher by its code, however it is typed; null when there is none.",
    )
    async def voucher(self, info: Info, code: str) -> Voucher | None:
        """What a till looks at before it takes one."""
        found = await info.context.services.redemptions.by_code(code)
        return Voucher(row=voucher_of(found, code), of=found) if found else None

    @strawberry.field(
        extensions=[Having(STAFF)], description="Staff: the pools of partners' codes, and what is left of them."
    )
    async def voucher_pools(self, info: Info) -> list[VoucherPool] | None:
        """As the programme has them."""
        return [
            VoucherPool(
                code=one.pool.code,
                name=one.pool.name,
                left=one.left,
                total=one.total,
                low=one.pool.low,
                is_low=one.is_low,
            )
            for one in await list_pools(info.context.services)
        ]
