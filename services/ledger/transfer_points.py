"""A member sends points to another: they leave and arrive together, with their expiry dates."""

import secrets
from dataclasses import dataclass

from domain.actors import Actor
from domain.ledger.entry import Entry
from domain.members.lookup import MemberLookup
from domain.members.text import has_control
from domain.refusals import Refused, invalid
from mongo.transactions import Session
from services.context import Context
from services.keys import client_key
from services.ledger.poster import Posted
from services.ledger.posting import surely
from services.ledger.transfer import Transfer, received_key
from services.members.active_member import active_member
from services.members.find_member import find_member
from services.program.refuse_currency import refuse_currency

MAX_NOTE = 200


@dataclass(frozen=True, slots=True)
class TransferPoints:
    """Send points of the member `sender`. `note` is for the receiver, and stays out of the ledger."""

    sender: str
    to: MemberLookup
    points: int
    key: str
    currency: str | None = None
    note: str | None = None


async def transfer_points(context: Context, actor: Actor, command: TransferPoints) -> Entry | Refused:
    """The sender's entry. What the sender learns of the receiver is that they can receive points, and no more.

    Refuses bad input, NOT_AVAILABLE_NOW where the programme knows no transfers, INSUFFICIENT_POINTS, LIMIT_REACHED
    past what one member may send (or the receiver's account can hold), points to oneself, NOT_FOUND,
    MEMBER_NOT_ACTIVE of either, and IDEMPOTENCY_CONFLICT. What stands under the key is answered first; it is
    known by the member whom the lookup names, who must still be named by it.
    """
    program = await context.programs.current()
    refusal = refuse_currency(program, command.currency) or _refuse_note(command.note)
    key = refusal or client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    transfer = Transfer(
        program=program,
        actor=actor,
        member=command.sender,
        points=command.points,
        currency=program.currency_code(command.currency),
        note=command.note,
        key=key,
        correlation=secrets.token_hex(10),
        sender=await active_member(context, command.sender, path="idempotencyKey"),
        receiver=await find_member(context, command.to, "to"),
    )

    async def keep_note(session: Session, entry: Entry) -> None:
        if command.note is None or isinstance(transfer.receiver, Refused):
            return
        for member, note_key in ((entry.member, entry.key), (transfer.receiver.id, received_key(entry))):
            at = entry.recorded_at
            await context.notes.put(member, note_key, command.note, by=actor, at=at, session=session)

    outcome = await context.poster.post_pair(transfer.out(), transfer.answer, keep_note)
    return outcome.entry if isinstance(outcome, Posted) else surely(outcome)


def _refuse_note(note: str | None) -> Refused | None:
    if note is None or (note.strip() and len(note) <= MAX_NOTE and not has_control(note)):
        return None
    return invalid(f"A note is one line of 1 to {MAX_NOTE} characters.", "note")
