"""Payments with points, as they stand in the database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.rewards.payment import Payment, Rate
from mongo.transactions import Session
from services.context import Context
from tests.support.ledger import NOW

CENTS = Rate(100, 100)


def a_payment(rate: Rate = CENTS, amount: int = 1000, **changes: Any) -> Payment:
    """Ann's points, set aside at noon for a basket of that amount; with some fields changed."""
    payment = Payment(
        id="p",
        member="ann",
        sequence=2,
        key="client:service:k",
        points=rate.needed(amount),
        amount=amount,
        basket=amount,
        money="USD",
        rate=rate,
        expires_at=NOW + timedelta(minutes=15),
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(payment, **changes)


async def put(context: Context, payment: Payment) -> Payment:
    """Writes it as if it had just begun; the same again."""

    async def work(session: Session) -> None:
        await context.payments.insert(session, payment)

    await context.transactions.run(work)
    return payment
