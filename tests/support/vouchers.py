"""Redemptions with vouchers, as they stand in the database."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain.rewards.redemption import Redemption, RedemptionStatus, Voucher
from mongo.transactions import Session
from services.context import Context
from tests.support.ledger import NOW

CODE = "7K3M-00ZX-AA17"
ENDS = NOW + timedelta(days=30)
COUPON = Voucher(CODE, ENDS)
CARD = Voucher(CODE, ENDS, value=Decimal("25.00"))


def a_redemption(*vouchers: Voucher, **changes: Any) -> Redemption:
    """Ann's coupon, issued at noon, with these vouchers; with some fields changed."""
    issued = Redemption(
        id="r1",
        member="ann",
        reward="coupon",
        quantity=1,
        points=250,
        status=RedemptionStatus.ISSUED,
        sequence=1,
        key="client:r1",
        created_at=NOW,
        updated_at=NOW,
        vouchers=vouchers,
    )
    return replace(issued, **changes)


async def put(context: Context, redemption: Redemption) -> Redemption:
    """Writes it as if it had just been issued; the same again."""

    async def work(session: Session) -> None:
        await context.redemptions.insert(session, redemption)

    await context.transactions.run(work)
    return redemption


async def stored(context: Context, id: str = "r1") -> Redemption:
    """The redemption as it stands now."""
    return (await context.redemptions.get_many([id]))[id]
