"""What a payment had spent goes back: the money failed after all, or goods of the basket came back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.state import State
from domain.refusals import Refused
from domain.rewards.cancelling import Undone, give_back_redeemed
from domain.rewards.payment import Part, Payment, Returned, to_return, with_return
from mongo.faults import StoreUnavailable
from services.context import Context
from services.ledger.past import Past, read_past
from services.rewards.change_payment import Judge, Step, amount_of, as_text, change_payment, no_such_payment
from services.rewards.pay_with_points import Paid

_BECAUSE = "Given back, as the basket was returned or not paid"


@dataclass(frozen=True, slots=True)
class ReturnPayment:
    """Give back `amount` of what the member's payment captured; all that is left of it when None."""

    member: str
    payment: str
    key: str
    amount: Decimal | None = None


async def return_payment(context: Context, actor: Actor, command: ReturnPayment) -> Paid | Refused:
    """Points go back to the lots they came from, those past their date by the programme's policy.

    Refuses as `change_payment` and `to_return`, and LIMIT_REACHED past the bounds of an account.
    """
    program = await context.programs.current()
    past: Past | None = None

    async def look(payment: Payment, opened: Entry, head: Head) -> Judge:
        nonlocal past
        amount = amount_of(payment, command.amount)
        part = amount if isinstance(amount, Refused) else to_return(payment, amount)
        if isinstance(part, Refused) or payment.captured is None:
            return lambda state, at: part if isinstance(part, Refused) else no_such_payment()
        if payment.captured > head.seq:
            raise StoreUnavailable("the payment was captured at this very moment: a retry sees it")
        past = history = await read_past(context.ledger, head, past)
        # Gapless from 1: the entry of a sequence stands at its place.
        debit = history.entries[payment.captured - 1]

        def judge(state: State, at: datetime) -> Step | Refused:
            undone = give_back_redeemed(
                program, state, debit, history.trail(at), at, points=part.points, because=_BECAUSE
            )
            if isinstance(undone, Refused):
                return undone
            return Step(
                EntryKind.REVERSE,
                undone.changes,
                debit.seq,
                lambda row, entry: _returned(row, entry, part, undone),
                undone.lines,
            )

        return judge

    input = input_hash("return payment", command.payment, as_text(command.amount))
    payment = (command.member, command.payment)
    return await change_payment(context, actor, payment, key=command.key, input=input, look=look)


def _returned(payment: Payment, entry: Entry, part: Part, undone: Undone) -> Payment:
    one = Returned(
        entry.seq,
        part.points,
        part.amount,
        extended=undone.extended,
        lost=undone.lost,
        extended_until=undone.extended_until,
    )
    return with_return(payment, one, entry.recorded_at)
