"""A delivery releases what its order earned and what still waits of it."""

from datetime import datetime

from domain.earning.events.event import Event
from domain.earning.posting.expiry import idle_from
from domain.earning.posting.waiting import still_waiting
from domain.ledger.decide import release
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.posting import Decide
from domain.refusals import Refused
from services.context import Context
from services.earning.earning import Earning, suffix_of
from services.earning.find_order import Order
from services.ledger.past import read_naming
from services.ledger.poster import Posted, Posting


async def release_order(context: Context, earning: Earning, order: Order) -> tuple[Entry, ...] | Refused:
    """Posts a RELEASE for each award of the order of which points wait; none when they were released before."""
    entries: list[Entry] = []
    for award in order.awards:
        if award.kind is not EntryKind.PENDING:
            continue
        outcome = await context.poster.post(_posting(context, earning, award))
        if isinstance(outcome, Refused):
            return outcome
        if isinstance(outcome, Posted):
            entries.append(outcome.entry)
    return tuple(entries)


def release_stem(event: Event) -> str:
    """What the keys of all that a delivery released begin with, up to the last "#"; settlements have a number."""
    return f"release:{event.claim_id}"


def _posting(context: Context, earning: Earning, award: Entry) -> Posting:
    key = f"{release_stem(earning.event)}#{suffix_of(award)}"

    async def prepare(head: Head) -> Decide:
        later = await read_naming(context.ledger, award, until=head.seq)

        def decide(head: Head, at: datetime) -> Draft | None:
            waiting = still_waiting(award, later, at)
            if waiting is None:
                return None
            account = head.after.account(award.currency)
            return Draft(
                key=key,
                input=earning.input,
                currency=award.currency,
                kind=EntryKind.RELEASE,
                changes=release(account, waiting, idle=idle_from(earning.program, account, at)),
                actor=earning.actor,
                occurred_at=earning.event.occurred_at,
                effective_at=at,
                reference=earning.reference,
                reason=earning.event.type,
                reverses=award.seq,
            )

        return decide

    return Posting(award.member, key, earning.input, at=earning.at, fresh=earning.fresh, prepare=prepare)
