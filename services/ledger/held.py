"""Holds as callers see them: the entry that opened one, and the entry that closed it."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.actors import ActorKind
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.refusals import Refused, not_found
from domain.rewards.payment import payment_in
from services.context import Context
from services.ledger.poster import Outcome, Posted
from services.ledger.posting import surely


@dataclass(frozen=True, slots=True)
class Held:
    """A hold, and what closed it if anything has: a capture, a void, or the entry that says it has ended."""

    opened: Entry
    closed_by: Entry | None = None

    @property
    def newest(self) -> Entry:
        """The last entry that it made."""
        return self.closed_by or self.opened


async def find_hold(context: Context, member: str, seq: int) -> Entry | Refused:
    """The entry that opened the hold; refuses NOT_FOUND, also for a redemption in review or a payment."""
    entry = (await context.ledger.get_many([(member, seq)])).get((member, seq))
    if entry is None or entry.kind is not EntryKind.HOLD or entry.actor.kind is ActorKind.MEMBER:
        return no_such_hold()  # members have points set aside by redeeming alone, which staff decide on
    id = payment_in(entry.reference)
    payment = (await context.payments.get_many([id])).get(id) if id else None
    if payment and (payment.member, payment.sequence) == (member, seq):
        return no_such_hold()  # it is captured and released as the payment that it is
    return entry


async def held(context: Context, outcome: Outcome) -> Held | Refused:
    """The hold that a posting has opened, with what has become of it where the posting had stood before."""
    if not isinstance(outcome, Posted):
        return surely(outcome)
    opened = outcome.entry
    if not outcome.replayed:
        return Held(opened)
    slot = (opened.member, opened.seq)
    return Held(opened, closing((await context.ledger.reversing([slot])).get(slot, ())))


def closing(entries: Iterable[Entry]) -> Entry | None:
    """Of the entries that name a hold, the one that closed it."""
    return next((entry for entry in entries if entry.kind in (EntryKind.CAPTURE, EntryKind.VOID)), None)


def no_such_hold() -> Refused:
    """The refusal for an id that names no hold."""
    return not_found("There is no such hold.", "holdId")
