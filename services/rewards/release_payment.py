"""The shop wants none of what was set aside for a basket."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.ledger.entry import Entry, Head
from domain.ledger.holds import void
from domain.ledger.kinds import EntryKind
from domain.ledger.state import State
from domain.refusals import Refused
from domain.rewards.payment import Payment
from services.context import Context
from services.rewards.change_payment import Judge, Step, change_payment
from services.rewards.pay_with_points import Paid


@dataclass(frozen=True, slots=True)
class ReleasePayment:
    """Give back all that was set aside for the member's payment."""

    member: str
    payment: str
    key: str


async def release_payment(context: Context, actor: Actor, command: ReleasePayment) -> Paid | Refused:
    """All of its points go back to their lots.

    Refuses as `change_payment`, and HOLD_NOT_OPEN once it was captured, released or has ended.
    """

    async def look(payment: Payment, opened: Entry, head: Head) -> Judge:
        def judge(state: State, at: datetime) -> Step | Refused:
            changes = void(state.account(opened.currency), opened.seq)
            if isinstance(changes, Refused):
                return changes
            return Step(EntryKind.VOID, changes, opened.seq, _released)

        return judge

    input = input_hash("release payment", command.payment)
    payment = (command.member, command.payment)
    return await change_payment(context, actor, payment, key=command.key, input=input, look=look)


def _released(payment: Payment, entry: Entry) -> Payment:
    return replace(payment, released=entry.seq, updated_at=entry.recorded_at, revision=payment.revision + 1)
