"""How a hold is closed, by a capture or a void: once, and whoever comes later hears that it is closed."""

from collections.abc import Callable
from datetime import datetime

from domain.actors import Actor
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.state import Account, Changes
from domain.refusals import Refused
from services.context import Context
from services.keys import client_key
from services.ledger.held import Held, find_hold
from services.ledger.poster import Posted, Posting
from services.ledger.posting import surely

Close = Callable[[Account, datetime], Changes | Refused]


async def close_hold(
    context: Context, actor: Actor, *, hold: tuple[str, int], kind: EntryKind, key: str, input: str, close: Close
) -> Held | Refused:
    """Posts what `close` makes of the account; the member's status does not matter.

    The points were promised when the hold was opened: goods may have left the shop since, and points that are
    set aside for nothing must come free, also for a member who was frozen meanwhile. Refuses NOT_FOUND,
    IDEMPOTENCY_CONFLICT and what `close` does. What stands under the key is answered before anything is refused.
    """
    ledger_key = client_key(key, actor)
    if isinstance(ledger_key, Refused):
        return ledger_key
    opened = await find_hold(context, *hold)
    if isinstance(opened, Refused):
        return opened
    posting = _posting(actor, opened, kind=kind, key=ledger_key, input=input, close=close)
    outcome = await context.poster.post(posting)
    return Held(opened, outcome.entry) if isinstance(outcome, Posted) else surely(outcome)


def _posting(actor: Actor, opened: Entry, *, kind: EntryKind, key: str, input: str, close: Close) -> Posting:
    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = close(head.after.account(opened.currency), at)
        if isinstance(changes, Refused):
            return changes
        return Draft(
            key=key,
            input=input,
            currency=opened.currency,
            kind=kind,
            changes=changes,
            actor=actor,
            occurred_at=at,
            effective_at=at,
            reference=opened.reference,
            reverses=opened.seq,
        )

    return Posting(opened.member, key, input, decide)
