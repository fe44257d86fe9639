"""A shop captures, releases or returns a payment with points."""

from decimal import Decimal

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.permissions import Having
from resolvers.rewards.payment import PaymentPayload, payment_of, payment_payload, refused_payment
from services.rewards.capture_payment import CapturePayment, capture_payment
from services.rewards.release_payment import ReleasePayment, release_payment
from services.rewards.return_payment import ReturnPayment, return_payment


@strawberry.input(description="amount: less than all of it; the other points go back at once.")
class CapturePaymentInput:
    """Which payment, and how much of it."""

    payment_id: strawberry.ID
    idempotency_key: str
    amount: Decimal | None = ABSENT


@strawberry.input
class ReleasePaymentInput:
    """Which payment."""

    payment_id: strawberry.ID
    idempotency_key: str


@strawberry.input(description="amount: for a part of the basket; all that is left of it when absent.")
class ReturnPaymentInput:
    """Which payment, and how much of it."""

    payment_id: strawberry.ID
    idempotency_key: str
    amount: Decimal | None = ABSENT


@strawberry.type
class FinishPaymentMutation:
    """Holds the mutations."""

    @strawberry.mutation(extensions=[Having(Role.SERVICE)])
    async def capture_payment(self, info: Info, input: CapturePaymentInput) -> PaymentPayload | None:
        """Spends what was set aside, also of a member who was frozen since. Once a key."""
        context, payment = info.context, payment_of(input.payment_id)
        if isinstance(payment, Refused):
            return refused_payment(payment)
        command = CapturePayment(*payment, input.idempotency_key, given(input.amount))
        outcome = await capture_payment(context.services, context.identity.actor(), command)
        return await payment_payload(context, outcome)

    @strawberry.mutation(extensions=[Having(Role.SERVICE)])
    async def release_payment(self, info: Info, input: ReleasePaymentInput) -> PaymentPayload | None:
        """Gives back all that was set aside, whatever the member's status. Once a key."""
        context, payment = info.context, payment_of(input.payment_id)
        if isinstance(payment, Refused):
            return refused_payment(payment)
        command = ReleasePayment(*payment, input.idempotency_key)
        outcome = await release_payment(context.services, context.identity.actor(), command)
        return await payment_payload(context, outcome)

    @strawberry.mutation(extensions=[Having(Role.SERVICE)])
    async def return_payment(self, info: Info, input: ReturnPaymentInput) -> PaymentPayload | None:
        """Gives back what was captured, whole or for an amount, to the lots it came from. Once a key."""
        context, payment = info.context, payment_of(input.payment_id)
        if isinstance(payment, Refused):
            return refused_payment(payment)
        command = ReturnPayment(*payment, input.idempotency_key, given(input.amount))
        outcome = await return_payment(context.services, context.identity.actor(), command)
        return await payment_payload(context, outcome)
