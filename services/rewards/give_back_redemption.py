"""What becomes of a redemption when its points are given back."""

from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.rewards.redemption import id_in
from mongo.transactions import Session
from services.context import Context


async def give_back_redemption(context: Context, session: Session, entry: Entry) -> None:
    """Notes, beside an entry that gives back points, what it gave back of a redemption; other entries do nothing.

    With its last point the redemption is CANCELLED and its vouchers are void, unless it was handed out or used.
    Stock and limits stay as they are: whether the goods are there again is not the ledger's to know, and
    `cancel_redemption` is for all of it.
    """
    id = id_in(entry.reference)
    if entry.kind is EntryKind.REVERSE and entry.reverses is not None and id and entry.changes.redeemed < 0:
        await context.redemptions.give_back(
            session,
            id,
            member=entry.member,
            sequence=entry.reverses,
            points=-entry.changes.redeemed,
            at=entry.recorded_at,
        )
