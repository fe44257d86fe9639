"""What becomes of a redemption when its points are given back."""

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.rewards.redemption import RedemptionStatus, id_in
from mongo.transactions import Session
from services.context import Context
from services.rewards.order_from_partner import cancel_at_partner


async def give_back_redemption(context: Context, session: Session, entry: Entry) -> None:
    """Notes, beside an entry that gives back points, what it gave back of a redemption; other entries do nothing.

    With its last point the redemption is CANCELLED and its vouchers are void, unless it was handed out or used; a
    partner who was to hand it out hears of it.
    Stock and limits stay as they are: whether the goods are there again is not the ledger's to know, and
    `cancel_redemption` is for all of it.
    """
    id = id_in(entry.reference)
    if entry.kind is not EntryKind.REVERSE or entry.reverses is None or id is None or entry.changes.redeemed >= 0:
        return
    after = await context.redemptions.give_back(
        session,
        id,
        member=entry.member,
        sequence=entry.reverses,
        points=-entry.changes.redeemed,
        at=entry.recorded_at,
    )
    if after and after.status is RedemptionStatus.CANCELLED:
        await cancel_at_partner(context, session, after, entry.recorded_at)
