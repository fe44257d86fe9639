"""Vouchers, as members show them and tills see them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.program.rewards import Barcode, VoucherTerms
from domain.rewards import redemption as domain
from domain.rewards.barcodes import payload_of
from domain.rewards.voucher_status import VoucherStatus, voucher_status
from resolvers.context import Info
from resolvers.money import Money, money

if TYPE_CHECKING:
    from resolvers.rewards.redemption import Redemption

_PLAIN = VoucherTerms()


@strawberry.type
class VoucherBarcode:
    """What an app draws for a till's scanner: `payload` is the text that the scanner reads."""

    format: Barcode
    payload: str


@strawberry.type
class VoucherUse:
    """One use at a till. `amount`: what was taken off a gift card; null for any other voucher."""

    store: str
    till: str
    receipt: str
    at: datetime
    amount: Money | None


@strawberry.type
class Voucher:
    """What the member shows at the till."""

    row: strawberry.Private[domain.Voucher]
    of: strawberry.Private[domain.Redemption]

    @strawberry.field(description="As it is printed; tills take it without case, blanks and dashes, too.")
    def code(self) -> str:
        """With its check symbol, unless it is a partner's."""
        return self.row.code

    @strawberry.field
    def expires_at(self) -> datetime | None:
        """From when on it cannot be used; null: it never ends."""
        return self.row.expires_at

    @strawberry.field
    def used_at(self) -> datetime | None:
        """When it was used up."""
        return self.row.used_at

    @strawberry.field
    def status(self, info: Info) -> VoucherStatus:
        """What has become of it by now."""
        return voucher_status(self.of, self.row, info.context.now)

    @strawberry.field
    async def barcode(self, info: Info) -> VoucherBarcode:
        """As the reward has it."""
        terms = await self._terms(info)
        return VoucherBarcode(format=terms.barcode, payload=payload_of(terms.payload, self.row.code))

    @strawberry.field
    async def stores(self, info: Info) -> list[str]:
        """Where it can be used; empty: anywhere."""
        return list((await self._terms(info)).stores)

    @strawberry.field
    def value(self, info: Info) -> Money | None:
        """What a gift card held at first; null for any other voucher."""
        return money(self.row.value, info.context.program.money)

    @strawberry.field
    def left(self, info: Info) -> Money | None:
        """What a gift card still holds, whether or not it can be used now; null for any other voucher."""
        return money(self.row.left, info.context.program.money)

    @strawberry.field
    def uses(self, info: Info) -> list[VoucherUse]:
        """Oldest first."""
        currency = info.context.program.money
        return [
            VoucherUse(
                store=use.store,
                till=use.till,
                receipt=use.receipt,
                at=use.at,
                amount=money(use.amount, currency),
            )
            for use in self.row.uses
        ]

    @strawberry.field
    def redemption(self) -> Annotated["Redemption", strawberry.lazy("resolvers.rewards.redemption")]:
        """What it was given for."""
        from resolvers.rewards.redemption import Redemption

        return Redemption(row=self.of)

    async def _terms(self, info: Info) -> VoucherTerms:
        context, code = info.context, self.of.reward
        reward = context.program.reward(code) or await context.loaders.rewards.load(code)
        return (reward and reward.voucher) or _PLAIN


def vouchers_of(redemption: domain.Redemption) -> list[Voucher]:
    """All vouchers of a redemption."""
    return [Voucher(row=voucher, of=redemption) for voucher in redemption.vouchers]
