"""What becomes of a payment when staff give back points of it."""

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.rewards.payment import payment_in, with_reversed
from mongo.faults import StoreUnavailable
from mongo.transactions import Session
from services.context import Context


async def give_back_payment(context: Context, session: Session, entry: Entry) -> None:
    """Notes, beside an entry that reverses the capture of a payment, what it gave back; others do nothing.

    So `return_payment` never gives back what staff have given back already.
    """
    id = payment_in(entry.reference)
    if entry.kind is not EntryKind.REVERSE or id is None or entry.changes.redeemed >= 0:
        return
    payment = (await context.payments.get_many([id], session)).get(id)
    if payment is None or (payment.member, payment.captured) != (entry.member, entry.reverses):
        return
    changed = with_reversed(payment, entry.seq, -entry.changes.redeemed, entry.recorded_at)
    if not await context.payments.put(session, changed):
        raise StoreUnavailable("the payment has changed meanwhile")
