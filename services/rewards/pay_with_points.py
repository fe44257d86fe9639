"""A shop has a member pay for a basket with points: they are set aside until it captures or releases them."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.holds import hold
from domain.ledger.kinds import EntryKind
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.money import MAX_MINOR, to_minor
from domain.program.program import Program
from domain.refusals import Refused, invalid
from domain.rewards.payment import Part, Payment, offer, payment_reference, rate_of
from mongo.transactions import Session
from services.context import Context
from services.keys import client_key
from services.ledger.hold_points import refuse_reference, refuse_seconds
from services.ledger.poster import Posted, Posting
from services.ledger.posting import surely
from services.members.active_member import inactive
from services.members.find_member import find_member

_MAX_BASKET = MAX_MINOR // 100


@dataclass(frozen=True, slots=True)
class PayWithPoints:
    """Pay for a basket of that amount with so many points; None: as many as there are and as the terms allow."""

    member: MemberLookup
    basket: Decimal
    key: str
    points: int | None = None
    expires_in_seconds: int = 900
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """The payment as it is, and the entry of the command."""

    payment: Payment
    entry: Entry


async def pay_with_points(context: Context, actor: Actor, command: PayWithPoints) -> Paid | Refused:
    """Sets the points aside, and says what they pay.

    Refuses bad input, NOT_FOUND, MEMBER_NOT_ACTIVE, what `offer` refuses, LIMIT_REACHED past 32 open holds and
    IDEMPOTENCY_CONFLICT. What stands under the key is answered first, as it is now.
    """
    program = await context.programs.current()
    basket = _basket(program, command.basket)
    key = refuse_reference(command.reference) or client_key(command.key, actor)
    if isinstance(basket, Refused):
        return basket
    if isinstance(key, Refused):
        return key
    member = await find_member(context, command.member, "member")
    if isinstance(member, Refused):
        return member
    paying = _Paying(context, program, actor, command, member, key, basket)
    posting = Posting(member.id, key, paying.input, paying.decide)
    outcome = await context.poster.post_with(posting, paying.write)
    if not isinstance(outcome, Posted):
        return surely(outcome)
    payment = await context.payments.by_key(member.id, key)
    if payment is None:
        raise RuntimeError("an entry of a payment stands without it")
    return Paid(payment, outcome.entry)


@dataclass(slots=True)
class _Paying:
    """One payment on its way; it may be decided and written several times, and the last time counts."""

    _context: Context
    _program: Program
    _actor: Actor
    _command: PayWithPoints
    _member: Member
    _key: str
    _basket: int
    _id: str = field(default_factory=lambda: secrets.token_hex(10))
    _part: Part | None = None

    @property
    def input(self) -> str:
        """The hash of what was asked."""
        command = self._command
        asked = (self._basket, command.points, command.expires_in_seconds, command.reference)
        return input_hash("pay", *asked)

    def decide(self, head: Head, at: datetime) -> Draft | Refused:
        """Sets aside what the terms and the balance at this head allow."""
        program, command = self._program, self._command
        refusal = inactive(self._member, "member") or refuse_seconds(program, command.expires_in_seconds)
        if refusal:
            return refusal
        currency = program.currency_code(program.pay_with_points.currency if program.pay_with_points else None)
        account = head.after.account(currency)
        part = offer(program, self._basket, command.points, account.available)
        if isinstance(part, Refused):
            return part
        changes = hold(account, part.points, until=at + timedelta(seconds=command.expires_in_seconds))
        if isinstance(changes, Refused):
            return changes
        self._part = part
        return Draft(
            key=self._key,
            input=self.input,
            currency=currency,
            kind=EntryKind.HOLD,
            changes=changes,
            actor=self._actor,
            occurred_at=at,
            effective_at=at,
            reference=payment_reference(self._id),
        )

    async def write(self, session: Session, entry: Entry) -> Refused | None:
        """The row of the payment, beside its entry."""
        rate, part, until = rate_of(self._program), self._part, entry.changes.hold
        if isinstance(rate, Refused) or part is None or until is None:
            raise RuntimeError("a payment is written that was not decided")
        payment = Payment(
            id=self._id,
            member=entry.member,
            sequence=entry.seq,
            key=entry.key,
            points=part.points,
            amount=part.amount,
            basket=self._basket,
            money=self._program.money,
            rate=rate,
            expires_at=until,
            created_at=entry.recorded_at,
            updated_at=entry.recorded_at,
            reference=self._command.reference,
        )
        await self._context.payments.insert(session, payment)
        return None


def _basket(program: Program, amount: Decimal) -> int | Refused:
    minor = to_minor(amount, program.money)
    if minor is None or not 1 <= minor <= _MAX_BASKET:
        return invalid(f"A basket is a positive amount in whole minor units of {program.money}.", "basket")
    return minor
