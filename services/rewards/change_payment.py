"""How a payment goes on: an entry and the payment's row, together or not at all, once a key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from domain.actors import Actor
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.ledger.state import Changes, State
from domain.money import to_minor
from domain.refusals import Refused, invalid, not_found
from domain.rewards.payment import Payment, payment_reference
from mongo.faults import StoreUnavailable
from mongo.transactions import Session
from services.context import Context
from services.keys import client_key
from services.ledger.poster import Posted, Posting
from services.ledger.posting import surely
from services.rewards.pay_with_points import Paid

_PATH = ("paymentId",)


@dataclass(frozen=True, slots=True)
class Step:
    """What a command does: to the account, why in words, and to the payment once its entry is there."""

    kind: EntryKind
    changes: Changes
    reverses: int
    after: Callable[[Payment, Entry], Payment]
    lines: tuple[AwardLine, ...] = ()


Judge = Callable[[State, datetime], Step | Refused]
Look = Callable[[Payment, Entry, Head], Awaitable[Judge]]
"""Reads what the step needs beside the payment, and the entry that set its points aside, up to a head."""


async def change_payment(
    context: Context, actor: Actor, payment: tuple[str, str], *, key: str, input: str, look: Look
) -> Paid | Refused:
    """Posts the step that `look` makes of the payment (member, id) as it is at every attempt.

    Refuses NOT_FOUND, IDEMPOTENCY_CONFLICT and what the step does. The member's status does not matter. What
    stands under the key is answered first, with the payment as it is now.
    """
    ledger_key = client_key(key, actor)
    if isinstance(ledger_key, Refused):
        return ledger_key
    member, id = payment
    found = await find_payment(context, member, id)
    if isinstance(found, Refused):
        return found
    change = _Change(context, actor, found, ledger_key, input, look)
    outcome = await context.poster.post_with(
        Posting(member, ledger_key, input, prepare=change.prepare), change.write
    )
    if not isinstance(outcome, Posted):
        refused = surely(outcome)
        return replace(refused, path=_PATH) if refused.path == ("holdId",) else refused
    now = await find_payment(context, member, id)
    return now if isinstance(now, Refused) else Paid(now, outcome.entry)


async def find_payment(context: Context, member: str, id: str) -> Payment | Refused:
    """The payment; refuses NOT_FOUND, also for another member's."""
    found = (await context.payments.get_many([id])).get(id)
    return found if found and found.member == member else no_such_payment()


def no_such_payment() -> Refused:
    """The refusal for an id that names no payment."""
    return not_found("There is no such payment.", *_PATH)


def amount_of(payment: Payment, amount: Decimal | None) -> int | Refused | None:
    """An amount in minor units of the payment's money; INVALID_INPUT for what is none."""
    if amount is None:
        return None
    minor = to_minor(amount, payment.money)
    return invalid(f"That is no amount in {payment.money}.", "amount") if minor is None else minor


def as_text(amount: Decimal | None) -> str | None:
    """An amount as hashes of input have it: 1.5 and 1.50 are one."""
    return None if amount is None else f"{amount.normalize():f}"


@dataclass(slots=True)
class _Change:
    """One change on its way; it may be prepared and written several times, and the last time counts."""

    _context: Context
    _actor: Actor
    _payment: Payment
    _key: str
    _input: str
    _look: Look
    _step: Step | None = None

    async def prepare(self, head: Head) -> Decide:
        """Reads the payment anew: every change of it is an entry of its member's, so none is missed."""
        id, member = self._payment.id, self._payment.member
        payment = await find_payment(self._context, member, id)
        slot = (member, self._payment.sequence)
        opened = (await self._context.ledger.get_many([slot])).get(slot)
        if isinstance(payment, Refused) or opened is None:
            raise RuntimeError("a payment was there and is not any more")
        self._payment = payment
        judge = await self._look(payment, opened, head)

        def decide(head: Head, at: datetime) -> Draft | Refused:
            step = judge(head.after, at)
            if isinstance(step, Refused):
                return step
            self._step = step
            return self._draft(step, opened.currency, at)

        return decide

    def _draft(self, step: Step, currency: str, at: datetime) -> Draft:
        return Draft(
            key=self._key,
            input=self._input,
            currency=currency,
            kind=step.kind,
            changes=step.changes,
            actor=self._actor,
            occurred_at=at,
            effective_at=at,
            reference=payment_reference(self._payment.id),
            lines=step.lines,
            reverses=step.reverses,
        )

    async def write(self, session: Session, entry: Entry) -> None:
        """The row after the step. Another's change since it was read makes all of it begin again."""
        if self._step is None:
            raise RuntimeError("a payment is changed by what was not decided")
        if not await self._context.payments.put(session, self._step.after(self._payment, entry)):
            raise StoreUnavailable("the payment has changed meanwhile")
