"""The shop takes what was set aside for a basket, or a part of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from domain.actors import Actor
from domain.earning.posting.expiry import idle_after
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Entry, Head
from domain.ledger.holds import capture
from domain.ledger.kinds import EntryKind
from domain.ledger.state import State
from domain.refusals import Refused
from domain.rewards.payment import Part, Payment, to_capture
from services.context import Context
from services.rewards.change_payment import Judge, Step, amount_of, as_text, change_payment
from services.rewards.pay_with_points import Paid


@dataclass(frozen=True, slots=True)
class CapturePayment:
    """Take `amount` of the member's payment; all of it when None."""

    member: str
    payment: str
    key: str
    amount: Decimal | None = None


async def capture_payment(context: Context, actor: Actor, command: CapturePayment) -> Paid | Refused:
    """Spends the fewest points that pay the amount; the rest goes back to its lots at once.

    Refuses as `change_payment`, HOLD_NOT_OPEN once it was captured, released or has ended, and INVALID_INPUT for
    no amount or more than is held.
    """
    program = await context.programs.current()

    async def look(payment: Payment, opened: Entry, head: Head) -> Judge:
        def judge(state: State, at: datetime) -> Step | Refused:
            amount = amount_of(payment, command.amount)
            part = amount if isinstance(amount, Refused) else to_capture(payment, amount)
            if isinstance(part, Refused):
                return part
            account = state.account(opened.currency)
            changes = capture(account, opened.seq, part.points, idle=idle_after(program, account, at))
            if isinstance(changes, Refused):
                return changes
            return Step(EntryKind.CAPTURE, changes, opened.seq, lambda row, entry: _captured(row, entry, part))

        return judge

    input = input_hash("capture payment", command.payment, as_text(command.amount))
    payment = (command.member, command.payment)
    return await change_payment(context, actor, payment, key=command.key, input=input, look=look)


def _captured(payment: Payment, entry: Entry, part: Part) -> Payment:
    at, revision = entry.recorded_at, payment.revision + 1
    return replace(payment, captured=entry.seq, spent=part, updated_at=at, revision=revision)
