"""Staff undo a posting, whole or in part; above the limit a second person decides."""

from dataclasses import dataclass

from domain.ledger.canonical import input_hash
from domain.ledger.entry import Entry
from domain.refusals import Refused, invalid
from domain.support.approval import Approval
from domain.support.correction import EntryReversal
from services.context import Context
from services.identity import Identity
from services.support.correct import Correct, correct


@dataclass(frozen=True, slots=True)
class ReverseEntry:
    """Undo the member's entry `sequence`: `points` of it, or all that is left of it when None."""

    member: str
    sequence: int
    reason: str
    key: str
    points: int | None = None
    note: str | None = None


async def reverse_entry(context: Context, identity: Identity, command: ReverseEntry) -> Entry | Approval | Refused:
    """Takes back an award or a gift, or gives back what a redemption, a capture or staff took.

    The limit is that of adjustments, by the points that are reversed. What of an award was spent goes by the
    programme's policy. A redemption whose points have all been given back is CANCELLED; its stock and its
    voucher's number do not come back. Points of a frozen or closed member can be reversed as well.

    Refuses as `correct` does, NOT_FOUND, ALREADY_REVERSED, INVALID_INPUT for an entry that cannot be reversed
    (it says what to do instead) and for less than one point or more than are left, and LIMIT_REACHED past the
    bounds of an account.
    """
    if command.points is not None and command.points < 1:
        return invalid("A reversal is of at least 1 point of the entry, whichever way they went.", "points")
    return await correct(
        context,
        identity,
        Correct(
            member=command.member,
            what=EntryReversal(command.sequence, command.points),
            reason=command.reason,
            note=command.note,
            key=command.key,
            input=input_hash("reverse", command.sequence, command.points, command.reason, command.note),
        ),
    )
