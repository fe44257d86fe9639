"""A till takes a voucher."""

from decimal import Decimal

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.permissions import STAFF, Having
from resolvers.refusals import user_error
from resolvers.rewards.redemption import Redemption
from resolvers.rewards.voucher import Voucher
from resolvers.user_errors import UserError
from services.rewards.use_voucher import UseVoucher, use_voucher


@strawberry.input(
    description="store, till and receipt name the use: the same again answers the same, whenever it comes. "
    "amount: what to take off a gift card, in the programme's money; for gift cards only."
)
class UseVoucherInput:
    """Which voucher, where, and for what."""

    code: str
    store: str
    till: str
    receipt: str
    amount: Decimal | None = ABSENT


@strawberry.type
class UseVoucherPayload:
    """The voucher and its redemption, with what is to be paid in money beside it, as they are now; or why not."""

    voucher: Voucher | None = None
    redemption: Redemption | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class UseVoucherMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SERVICE, STAFF)])
    async def use_voucher(self, info: Info, input: UseVoucherInput) -> UseVoucherPayload | None:
        """Uses a voucher once, or takes an amount off a gift card.

        LIMIT_REACHED with limit 1: it was used up before. With path `amount`: the gift card holds less, and the
        limit is what it holds, in minor units.
        """
        context = info.context
        command = UseVoucher(input.code, input.store, input.till, input.receipt, given(input.amount))
        outcome = await use_voucher(context.services, command)
        if isinstance(outcome, Refused):
            return UseVoucherPayload(errors=[user_error(outcome)])
        context.refresh()
        return UseVoucherPayload(
            voucher=Voucher(row=outcome.voucher, of=outcome.redemption),
            redemption=Redemption(row=outcome.redemption),
        )
